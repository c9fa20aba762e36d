// The whole story in a browser: from signing up to a signed note that nobody can change.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertCalm, launch, open, picture, watch } from './support/browser.mjs';
import { PASSWORD, addClient, beginSession, signUp } from './support/people.mjs';
import { Server, excerpt, hasModels } from './support/server.mjs';

let server, browser;
before(async () => {
  server = await Server.start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test('a recorded session becomes a signed note', { skip: !hasModels && 'the speech models are not installed' }, async () => {
  const page = await open(browser, server);
  await signUp(page);
  await addClient(page);
  await beginSession(page);

  // --- real speech arrives, and one sees it being worked on
  await page.locator('#audio-file').setInputFiles(excerpt);
  await page.getByRole('heading', { name: 'From recording to draft' }).waitFor();
  await picture(page, 'progress');
  const seen = new Set();
  const watching = page.locator('progress[aria-label="Progress"]');
  while (await watching.isVisible()) {
    seen.add(await watching.getAttribute('value', { timeout: 1000 }).catch(() => null));
  }
  seen.delete(null);
  assert.ok(seen.size >= 2, `progress moved by itself: ${[...seen]}`);

  // --- transcript and draft
  await page.getByRole('heading', { name: 'SOAP note' }).waitFor({ timeout: 120_000 });
  const transcript = page.locator('.pane-transcript');
  await transcript.getByText(/[sc]ertral/i).first().waitFor();
  const note = page.locator('.pane-note');
  const medication = note.getByRole('region', { name: 'Medication' });
  const risk = note.getByRole('region', { name: 'Risk' });
  const sentences = async (section) =>
    Promise.all((await section.getByRole('textbox').all()).map((area) => area.inputValue()));
  assert.match((await sentences(medication)).join(' '), /[sc]ertral/i);
  assert.match((await sentences(risk)).join(' '), /hurting yourself/i);

  // --- every drafted sentence shows what was said, which can be heard
  const first = risk.locator('[data-sentence]').first();
  await first.getByRole('textbox').focus();
  await first.locator('blockquote').first().waitFor();
  assert.ok((await transcript.locator('li.evidence').count()) > 0, 'the evidence stands out in the transcript');
  await picture(page, 'note-editor');
  const audio = page.locator('audio');
  await audio.evaluate((it) => new Promise((done) => (it.readyState >= 1 ? done() : it.addEventListener('loadedmetadata', done))));
  const from = await audio.evaluate((it) => it.currentTime);
  await first.getByRole('button', { name: 'Play what was said' }).click();
  await page.waitForFunction(
    (from) => {
      const it = document.querySelector('audio');
      return !it.paused && it.currentTime > from + 0.5;
    },
    from,
    { timeout: 20_000 },
  );
  const line = transcript.locator('li.evidence .time').first();
  await line.click();

  // --- edit: the sentence becomes the clinician's own, and is saved by itself
  const edited = medication.locator('[data-sentence]').first();
  await edited.getByRole('textbox').fill('Takes sertraline, fifty milligrams, every morning.');
  await edited.getByText('Yours').waitFor();
  await page.getByText('Saved', { exact: true }).waitFor();

  // --- the same note in a second tab, before it is signed
  const second = watch(await page.context().newPage());
  await second.goto(page.url());
  await second.getByRole('heading', { name: 'SOAP note' }).waitFor();

  // --- sign
  await page.getByRole('button', { name: 'Sign note' }).click();
  await page.getByLabel('Your password, again').fill('not my password at all');
  await page.getByRole('button', { name: 'Sign', exact: true }).click();
  await page.getByText('That is not your password.').waitFor();
  await page.getByLabel('Your password, again').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign', exact: true }).click();
  await page.getByText(/^Signed by/).waitFor();
  assert.equal(await page.locator('.pane-note textarea').count(), 0, 'nothing is left to type into');
  await picture(page, 'signed');

  // --- the second tab, which still shows the draft, cannot change it
  const stale = second.locator('.pane-note').getByRole('textbox').first();
  await stale.fill('Changed behind the signature.');
  await second.getByText(/signed and can no longer be changed/).first().waitFor();
  await second.getByText(/^Signed by/).waitFor();
  assert.equal(await second.getByText('Changed behind the signature.').count(), 0);

  // --- but it can be added to
  await page.getByRole('button', { name: 'Add addendum' }).click();
  await page.getByLabel('Addendum').fill('Called back the next day.');
  await page.getByRole('button', { name: 'Save addendum' }).click();
  await page.getByText('Called back the next day.').waitFor();
  await page.getByRole('link', { name: 'Print view' }).click();
  await page.getByText('Called back the next day.').waitFor();
  await picture(page, 'print');
  assertCalm(page);
  assertCalm(second);
});
