// The first load of the app: how many bytes, how soon it can be used.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertCalm, launch, open, picture } from './support/browser.mjs';
import { signUp } from './support/people.mjs';
import { Server } from './support/server.mjs';

const MOST_BYTES = 400_000;
const PARTS = '**/snippets/parts-*/split_';
const MOST_MS = 1000;

let server, browser;
before(async () => {
  server = await Server.start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test('the first load is small and quickly there', async () => {
  const times = [];
  let bytes = 0;
  for (let round = 0; round < 3; round += 1) {
    const page = await open(browser, server);
    const network = await page.context().newCDPSession(page);
    await network.send('Network.enable');
    bytes = 0;
    network.on('Network.loadingFinished', (event) => (bytes += event.encodedDataLength));
    const begun = performance.now();
    await page.goto('/sign-in', { waitUntil: 'commit' });
    const email = page.getByLabel('E-mail');
    await email.fill('a@b.example');
    times.push(Math.round(performance.now() - begun));
    await page.waitForLoadState('networkidle');
    assertCalm(page);
    await page.context().close();
  }
  console.log(`first load: ${bytes} bytes on the wire, usable after ${times.join(', ')} ms`);
  assert.ok(bytes > 10_000, 'something was loaded');
  assert.ok(bytes <= MOST_BYTES, `${bytes} bytes`);
  assert.ok(Math.min(...times) <= MOST_MS, `${times} ms`);
});

test('a part of the app is loaded when somebody goes there, once, and again where it did not arrive', async () => {
  const page = await open(browser, server);
  const parts = [];
  page.on('request', (request) => {
    const part = request.url().match(/\/split_(\w+)\.wasm$/)?.[1];
    if (part) parts.push(part);
  });
  await signUp(page);
  assert.deepEqual(parts, ['office', 'clients']);
  await page.getByRole('link', { name: 'Practice', exact: true }).click();
  await page.getByRole('heading', { name: 'Practice', exact: true }).waitFor();
  assert.equal(parts.length, 2, 'what is there is not asked for again');

  await page.context().clearCookies();
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').waitFor();
  parts.length = 0;
  await page.route(`${PARTS}office.wasm`, (route) => route.abort());
  await page.getByRole('link', { name: 'Create a practice' }).click();
  await page.getByRole('alert').getByText('This page did not arrive.').waitFor();
  await picture(page, 'part-missing');
  await page.unroute(`${PARTS}office.wasm`);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByLabel('Practice name').waitFor();
  assert.deepEqual(parts, ['office', 'office']);
});

test('every answer forbids what the app does not need', async () => {
  const page = await open(browser, server);
  const answer = await page.goto('/sign-in');
  const policy = answer.headers()['content-security-policy'];
  assert.match(policy, /default-src 'self'/);
  assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval(?<!wasm-unsafe-eval)/);
  assert.equal(answer.headers()['x-content-type-options'], 'nosniff');
  // A script in the page does not run.
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
  });
  assert.equal(await page.evaluate(() => window.ran), undefined);
});
