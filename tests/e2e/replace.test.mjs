// A recording that could not be turned into text can be replaced by another one.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertCalm, launch, open } from './support/browser.mjs';
import { addClient, beginSession, signUp } from './support/people.mjs';
import { Server, excerpt, quietNoise } from './support/server.mjs';

let server, browser;

before(async () => {
  // Without models, whatever has speech in it fails.
  server = await Server.start({ MODELS_DIR: '/nowhere' });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test('after a recording that failed, another one can be chosen', async () => {
  const page = await open(browser, server);
  await signUp(page);
  await addClient(page);
  await beginSession(page);
  await page.locator('#audio-file').setInputFiles(excerpt);
  await page.getByRole('heading', { name: 'This recording could not be turned into text' }).waitFor({ timeout: 120_000 });
  await page.getByRole('button', { name: 'Use another recording' }).click();
  const quiet = join(server.folder, 'quiet.wav');
  writeFileSync(quiet, quietNoise(2));
  // The way opens again when consent has been looked up again.
  await page.locator('#audio-file:enabled').setInputFiles(quiet);
  await page.getByRole('heading', { name: 'No speech was found' }).waitFor({ timeout: 120_000 });
  assertCalm(page);
});
