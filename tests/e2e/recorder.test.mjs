// The recorder, with a microphone that hears the role-play.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { join } from 'node:path';
import { assertCalm, launch, open, picture } from './support/browser.mjs';
import { addClient, beginSession, signUp } from './support/people.mjs';
import { Server, excerpt, hasModels, noise } from './support/server.mjs';

const hearing = (sound) => [
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  `--use-file-for-fake-audio-capture=${sound}`,
];

let server, browser;
let skip = !hasModels && 'the speech models are not installed';
before(async () => {
  server = await Server.start();
  const sound = join(server.folder, 'microphone.wav');
  try {
    execFileSync('ffmpeg', ['-v', 'error', '-i', excerpt, '-ar', '48000', '-ac', '1', sound]);
  } catch {
    skip ||= 'ffmpeg is not installed';
    return;
  }
  browser = await launch(hearing(sound));
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test('what is said into the microphone becomes a transcript', async (t) => {
  if (skip) return t.skip(skip);
  const page = await open(browser, server, { permissions: ['microphone'] });
  await signUp(page);
  await addClient(page);
  await beginSession(page);
  await page.getByRole('button', { name: 'Start recording' }).click();
  const timer = page.getByRole('timer');
  const at = async (seconds) =>
    page.waitForFunction(
      (wanted) => {
        const [minutes, rest] = (document.querySelector('[role=timer]')?.textContent ?? '0:0').split(':').map(Number);
        return minutes * 60 + rest >= wanted;
      },
      seconds,
      { timeout: 60_000 },
    );
  await at(2);
  const level = () => page.locator('meter').evaluate((it) => it.value);
  await page.waitForFunction(() => document.querySelector('meter').value > 3);
  assert.ok((await level()) >= 0);
  await picture(page, 'recorder');

  // --- a pause stops the clock
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('heading', { name: 'Paused' }).waitFor();
  const paused = await timer.textContent();
  await page.getByRole('button', { name: 'Resume' }).click();
  await at(9);
  assert.notEqual(await timer.textContent(), paused);
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.locator('.pane-transcript').getByText(/sertraline|certraline|milligrams|taking/i).first().waitFor({ timeout: 120_000 });
  assertCalm(page);
});

test('what could be better about the sound is said while it is recorded', async () => {
  const sound = join(server.folder, 'noise.wav');
  writeFileSync(sound, noise(5, 12));
  const noisy = await launch(hearing(sound));
  const page = await open(noisy, server, { permissions: ['microphone'] });
  await signUp(page);
  await addClient(page);
  await beginSession(page);
  await page.getByRole('button', { name: 'Start recording' }).click();
  await page.getByRole('status').getByText('The voices are hardly louder than the room.').waitFor();
  await picture(page, 'recorder-noisy');
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('heading', { name: 'No speech was found' }).waitFor();
  assertCalm(page);
  await noisy.close();
});
