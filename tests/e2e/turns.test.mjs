// Who said it: words are given to somebody else, lines divided and joined, by keyboard, mouse and on a phone.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PHONE, assertCalm, launch, open, picture } from './support/browser.mjs';
import { Caller, signIn } from './support/people.mjs';
import { Server } from './support/server.mjs';

const QUESTION = 'Are you still taking the sertraline, fifty milligrams?';
const ANSWER = 'Yes, every morning.';

let server, browser, page, caller, encounter, note;
before(async () => {
  server = await Server.start();
  browser = await launch();
  caller = await Caller.signIn(server, true);
  encounter = await caller.newSession();
  const lines = [
    { role: 'therapist', text: 'How did you sleep?' },
    { role: 'client', text: `${QUESTION} ${ANSWER}` },
    { role: 'client', text: 'Four hours a night.' },
  ];
  const transcript = await caller.send(`PUT /encounters/${encounter.id}/transcript`, { lines }, { 'if-none-match': '*' });
  note = await caller.send('POST /notes', { encounter_id: encounter.id, template_id: 'soap' });
  const sentence = { text: 'Takes sertraline.', origin: 'clinician', evidence: [transcript.segments[1].id] };
  const sections = [{ key: 'subjective', title: 'Subjective', sentences: [sentence] }];
  await caller.send(`PATCH /notes/${note.id}`, { sections }, { 'if-match': `"${note.revision}"` });
  page = await open(browser, server);
  await signIn(page);
  await page.goto(`/sessions/${encounter.id}`);
  await page.getByText('Four hours a night.').first().waitFor();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** The lines as they are read out: `Client: Four hours a night.` */
const lines = async () => (await page.locator('.line-text').allInnerTexts()).map((line) => line.replace('\n', ' '));
const transcript = () => page.locator('.pane-transcript');
const words = () => transcript().getByRole('group', { name: 'Press a word, or the first and the last of several.' });
const press = (name) => transcript().getByRole('button', { name, exact: true }).click();

test('with the keyboard alone, words are given to whoever said them, and what a note cites follows', async () => {
  const line = transcript().getByRole('listitem').filter({ hasText: 'fifty milligrams' });
  await line.getByRole('button', { name: 'Choose words of the line' }).focus();
  await page.keyboard.press('Enter');
  await words().waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Are');
  for (let word = 0; word < 7; word += 1) await page.keyboard.press('Shift+ArrowRight');
  assert.deepEqual(await words().locator('[aria-pressed="true"]').allTextContents(), QUESTION.split(' '));
  await picture(page, 'words-chosen');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Said by Therapist');
  await page.keyboard.press('Enter');
  await transcript().getByText(ANSWER, { exact: true }).waitFor();
  const read = ['Therapist: How did you sleep?', `Therapist: ${QUESTION}`, `Client: ${ANSWER}`, 'Client: Four hours a night.'];
  assert.deepEqual(await lines(), read);
  // The focus is on the line that was worked on, not lost.
  await page.waitForFunction(() => document.activeElement.closest('li')?.textContent.includes('fifty milligrams'));

  // The open note shows both parts, and what is typed into it is saved.
  const sentence = page.locator('.pane-note [data-sentence]').first();
  await sentence.getByText('2 sources').waitFor();
  await sentence.getByRole('textbox').fill('Takes sertraline every morning.');
  await page.getByText('Saved', { exact: true }).waitFor();
  assert.deepEqual(await sentence.locator('blockquote').count(), 2);
  await picture(page, 'words-given');
  const kept = await caller.send(`GET /notes/${note.id}`);
  const { evidence, text } = kept.sections.find((section) => section.key === 'subjective').sentences[0];
  assert.deepEqual([text, evidence.length], ['Takes sertraline every morning.', 2]);
  assertCalm(page);
});

test('words that are marked with the mouse are chosen, and a line is divided and joined again', async () => {
  const text = transcript().getByText('Four hours a night.', { exact: true });
  await text.dblclick({ position: { x: 45, y: 8 } });
  await words().waitFor();
  assert.deepEqual(await words().locator('[aria-pressed="true"]').allTextContents(), ['hours']);
  await press('Split before “hours”');
  await transcript().getByText('hours a night.', { exact: true }).waitFor();
  assert.deepEqual((await lines()).slice(3), ['Client: Four', 'Client: hours a night.']);
  await transcript().getByRole('listitem').filter({ hasText: 'Four' }).getByRole('button', { name: 'Choose words' }).click();
  await press('Join with next');
  await text.waitFor();
  assert.deepEqual((await lines()).slice(3), ['Client: Four hours a night.']);
  // Escape changes nothing.
  await transcript().getByRole('button', { name: 'Choose words' }).last().click();
  await page.keyboard.press('Escape');
  assert.equal(await words().count(), 0);
  assertCalm(page);
});

test('on a phone two touches choose what is between them', async () => {
  await page.setViewportSize(PHONE);
  await page.getByRole('group', { name: 'Show' }).getByRole('button', { name: 'Transcript' }).click();
  await transcript().getByRole('button', { name: 'Choose words' }).last().click();
  await words().getByRole('button', { name: 'hours', exact: true }).click();
  await words().getByRole('button', { name: 'night.', exact: true }).click();
  assert.deepEqual(await words().locator('[aria-pressed="true"]').allTextContents(), ['hours', 'a', 'night.']);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= PHONE.width, `nothing is wider than the screen: ${width}`);
  await picture(page, 'words-phone');
  await press('Said by Therapist');
  await transcript().getByText('hours a night.', { exact: true }).waitFor();
  assert.deepEqual((await lines()).slice(3), ['Client: Four', 'Therapist: hours a night.']);
  assertCalm(page);
});
