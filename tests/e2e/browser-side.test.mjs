// What the app leaves in a real browser: no token that a script could read, nothing kept of the API's
// answers, nothing from elsewhere, and nothing that its content security policy refuses.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { assertCalm, launch, open } from './support/browser.mjs';
import { signUp } from './support/people.mjs';
import { Server } from './support/server.mjs';

let server, browser;
before(async () => {
  server = await Server.start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Everything that a page can keep, as text. */
const kept = (page) =>
  page.evaluate(async () => {
    const databases = await indexedDB.databases();
    const caches = await self.caches?.keys();
    const workers = await navigator.serviceWorker?.getRegistrations();
    return {
      text: JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, self.name, history.state, location.href]),
      databases: databases.map((it) => it.name),
      caches: caches ?? [],
      workers: workers?.length ?? 0,
      isolated: self.crossOriginIsolated,
    };
  });

test('no token is where a script of the page could find it, and nothing of the API is kept', async () => {
  const page = await open(browser, server);
  await page.addInitScript(() => {
    self.refused = [];
    document.addEventListener('securitypolicyviolation', (event) => self.refused.push(`${event.violatedDirective} ${event.blockedURI}`));
  });
  const tokens = new Set();
  const elsewhere = [];
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== server.address) elsewhere.push(request.url());
    const shown = request.headers().authorization;
    if (shown) tokens.add(shown.replace('Bearer ', ''));
  });
  const kinds = [];
  page.on('response', async (response) => {
    if (response.url().includes('/api/')) kinds.push(response.headers()['cache-control']);
  });
  await signUp(page);
  for (const path of ['/clients', '/people', '/governance', '/audit', '/account']) {
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const found = await kept(page);
    assert.ok(tokens.size > 0);
    for (const token of tokens) assert.ok(!found.text.includes(token) && !found.text.includes(token.split('.')[2]), path);
    assert.ok(!/ey[A-Za-z0-9_-]{10,}\./.test(found.text), found.text);
    assert.deepEqual([found.databases, found.caches, found.workers], [[], [], 0], path);
    assert.ok(found.isolated, 'no other page shares a process or a window with this one');
    assert.deepEqual(await page.evaluate(() => self.refused), [], path);
  }
  assert.deepEqual(elsewhere, [], 'the app asks nobody else');
  assert.ok(kinds.length > 5 && kinds.every((it) => it === 'no-store'), kinds.join());
  assertCalm(page);
  await page.context().close();
});

test('a script that somebody smuggles into the page does not run', async () => {
  const page = await open(browser, server);
  await page.goto('/sign-in');
  await page.getByRole('heading', { level: 1 }).waitFor();
  const ran = await page.evaluate(async () => {
    const refused = new Promise((done) => document.addEventListener('securitypolicyviolation', () => done('refused'), { once: true }));
    const script = document.createElement('script');
    script.textContent = 'self.smuggled = true';
    document.body.append(script);
    const answer = await refused;
    return [answer, self.smuggled ?? false];
  });
  assert.deepEqual(ran, ['refused', false]);
  await page.context().close();
});

test('another site cannot refresh, show or read anything with the cookies of this one', async (t) => {
  // The embedded database keeps one practice.
  const server = await Server.start();
  t.after(() => server.stop());
  const page = await open(browser, server);
  await signUp(page);
  const other = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end('<!DOCTYPE html><title>Elsewhere</title>'));
  await new Promise((done) => other.listen(0, '127.0.0.1', done));
  const elsewhere = await page.context().newPage();
  await elsewhere.goto(`http://127.0.0.1:${other.address().port}/`);
  const tried = await elsewhere.evaluate(async (address) => {
    const refreshed = await fetch(`${address}/api/v1/auth/refresh`, { method: 'POST', credentials: 'include' }).then(
      () => 'read',
      () => 'not read',
    );
    const frame = document.createElement('iframe');
    frame.src = address;
    document.body.append(frame);
    await new Promise((done) => frame.addEventListener('load', done, { once: true }));
    return [refreshed, frame.contentDocument === null];
  }, server.address);
  assert.deepEqual(tried, ['not read', true]);
  await page.reload();
  await page.getByRole('heading', { level: 1 }).waitFor();
  assert.ok(!page.url().includes('sign-in'), 'the sign-in goes on');
  await new Promise((done) => other.close(done));
  await page.context().close();
});
