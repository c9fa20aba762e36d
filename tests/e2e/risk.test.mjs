// What was said about risk stands beside the note, and is answered before the note is signed.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertCalm, launch, open, picture } from './support/browser.mjs';
import { look } from './support/look.mjs';
import { Caller, PASSWORD, signIn } from './support/people.mjs';
import { Server } from './support/server.mjs';

const LINES = [
  ['therapist', 'Have you had any thoughts of suicide this week?'],
  ['client', 'No, not since the spring.'],
  ['client', 'In the film a man says he is going to kill himself.'],
  ['client', 'I slept about four hours a night.'],
];

let server, browser, caller;
before(async () => {
  server = await Server.start();
  browser = await launch();
  caller = await Caller.signIn(server, true);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** A session whose words were typed, and a note that holds none of them. */
async function written() {
  const encounter = await caller.newSession();
  const lines = LINES.map(([role, text]) => ({ role, text }));
  await caller.send(`PUT /encounters/${encounter.id}/transcript`, { lines }, { 'if-none-match': '*' });
  const note = await caller.send('POST /notes', { encounter_id: encounter.id, template_id: 'soap' });
  const sentences = [{ text: 'Sleeps four hours a night.', origin: 'clinician', evidence: [] }];
  const sections = [{ key: 'subjective', title: 'Subjective', sentences }];
  await caller.send(`PATCH /notes/${note.id}`, { sections }, { 'if-match': '"1"' });
  return encounter;
}

test('a line about risk is added to the note or dismissed with a reason, and then the note is signed', async () => {
  const encounter = await written();
  const page = await open(browser, server);
  await signIn(page);
  await page.goto(`/sessions/${encounter.id}`);
  const pane = page.locator('.pane-note');
  const lines = pane.locator('.risk-line');
  await pane.getByText('2 lines open').waitFor();
  assert.equal(await lines.count(), 2);
  await look(page, 'risk');

  // --- the signature leads to what is open
  await page.getByRole('button', { name: 'Sign note' }).click();
  const dialog = page.locator('dialog[open]');
  await dialog.getByText('2 lines about risk are neither in the note nor dismissed.').waitFor();
  assert.equal(await dialog.getByLabel('Your password, again').count(), 0);
  await picture(page, 'risk-sign');
  await dialog.getByRole('button', { name: 'Show what is open' }).click();
  await page.waitForFunction(() => document.activeElement?.textContent.includes('Said about risk'));

  // --- the question goes into the note with its answer, word for word
  await lines.first().getByRole('button', { name: 'Add to note' }).click();
  const quoted = pane.getByRole('region', { name: 'Risk', exact: true }).getByRole('textbox');
  assert.equal(
    await quoted.inputValue(),
    'Therapist: “Have you had any thoughts of suicide this week?” Client: “No, not since the spring.”',
  );
  await lines.first().getByText('In the note').waitFor();
  await quoted.fill('Asked about suicide: “No, not since the spring.”');
  await page.getByText('Saved', { exact: true }).waitFor();
  await pane.getByText('1 line open').waitFor();

  // --- without that sentence its line is open again
  await pane.getByRole('region', { name: 'Risk', exact: true }).getByRole('button', { name: 'Delete this sentence' }).click();
  await pane.getByText('2 lines open').waitFor();
  await pane.getByRole('button', { name: 'Undo' }).click();
  await pane.getByText('1 line open').waitFor();

  // --- the film is dismissed with the keyboard alone, and that is taken back
  const keys = page.keyboard;
  const film = lines.nth(1);
  await film.getByRole('button', { name: 'Dismiss…' }).focus();
  await keys.press('Enter');
  await dialog.getByLabel('Reason').focus();
  await keys.press('s');
  await keys.press('Tab');
  assert.ok(await dialog.getByRole('button', { name: 'Dismiss' }).isDisabled(), 'own words are asked for');
  await keys.type('They told of a film.');
  await look(page, 'risk-dismiss');
  await dialog.getByLabel('In your words').focus();
  for (const _ of ['Cancel', 'Dismiss']) await keys.press('Tab');
  await keys.press('Enter');
  await film.getByText(/^Dismissed by Vera Winter, .*: They told of a film\.$/).waitFor();
  await pane.getByText('All answered').waitFor();
  await page.waitForFunction(() => document.activeElement?.matches('.risk-line'));
  await film.getByRole('button', { name: 'Take back' }).click();
  await pane.getByText('1 line open').waitFor();
  await film.getByRole('button', { name: 'Dismiss…' }).click();
  await dialog.getByLabel('Reason').selectOption('others_words');
  await dialog.getByRole('button', { name: 'Dismiss' }).click();
  await pane.getByText('All answered').waitFor();
  await picture(page, 'risk-answered');

  // --- signed
  await page.getByRole('button', { name: 'Sign note' }).click();
  await dialog.getByLabel('Your password, again').fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Sign', exact: true }).click();
  await page.getByText(/^Signed by/).waitFor();
  assertCalm(page);
});
