// The lock: it comes by itself, in every tab at once, leaves nothing of a chart on the screen or behind it,
// outlives a reload, and lets a recording go on.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { PHONE, WIDE, assertCalm, launch, open, picture, watch } from './support/browser.mjs';
import { Caller, PASSWORD, addClient, beginSession, signIn } from './support/people.mjs';
import { Server } from './support/server.mjs';

let server, browser, caller, typed;
before(async () => {
  server = await Server.start();
  browser = await launch(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']);
  caller = await Caller.signIn(server, true);
  typed = await caller.typed('Mara', 'Quint');
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const locked = (page) => page.getByRole('heading', { name: 'Locked' });

async function unlock(page) {
  await page.getByLabel('Your password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Unlock' }).click();
  await locked(page).waitFor({ state: 'detached' });
}

/** Nothing of the chart is left: not on the screen, not in the document, not in the window's name. */
async function assertBare(page) {
  const left = await page.evaluate(() => document.documentElement.outerHTML + document.title + JSON.stringify({ ...localStorage, ...sessionStorage }));
  for (const word of ['Quint', 'Mara', 'four hours', 'sleep at all']) {
    assert.ok(!left.includes(word), `"${word}" is left behind the lock`);
  }
}

test('after a quarter of an hour without a touch every tab is locked, and stays so when it is loaded again', async () => {
  const page = await open(browser, server);
  await page.clock.install();
  await signIn(page);
  const other = watch(await page.context().newPage());
  await other.goto(`/clients/${typed.encounter.client_ids[0]}`);
  await other.getByRole('heading', { name: 'Mara Quint' }).waitFor();
  await page.goto(`/sessions/${typed.encounter.id}`);
  await page.getByText('About four hours a night.').first().waitFor();

  await page.clock.fastForward('14:00');
  await page.mouse.move(300, 300);
  await page.clock.fastForward('14:00');
  assert.equal(await locked(page).count(), 0, 'a touch in between keeps it open');
  await page.clock.fastForward('02:00');
  await locked(page).waitFor();
  await locked(other).waitFor();
  await assertBare(page);
  await assertBare(other);
  for (const [size, viewport] of Object.entries({ wide: WIDE, phone: PHONE })) {
    await page.setViewportSize(viewport);
    assert.deepEqual((await new AxeBuilder({ page }).analyze()).violations.map((it) => it.id), []);
    await picture(page, `lock-${size}`);
  }
  await page.setViewportSize(WIDE);

  await other.reload();
  await locked(other).waitFor();
  await assertBare(other);
  await other.goto('/clients');
  await locked(other).waitFor();

  await other.getByLabel('Your password').fill('not the password of anybody here');
  await other.getByRole('button', { name: 'Unlock' }).click();
  await other.getByText('is not right').waitFor();
  await unlock(other);
  await other.getByText('Quint').first().waitFor();
  // The first tab opens with it, where it was.
  await page.getByText('About four hours a night.').first().waitFor();
  assertCalm(page);
  assertCalm(other);
});

test('the server is locked as well, whatever the page does', async () => {
  const page = await open(browser, server);
  await signIn(page);
  await page.getByRole('button', { name: 'Lock', exact: true }).click();
  await locked(page).waitFor();
  const status = () =>
    page.evaluate(async (path) => {
      const { access_token: token } = await (await fetch('/api/v1/auth/refresh', { method: 'POST' })).json();
      return (await fetch(path, { headers: { authorization: `Bearer ${token}` } })).status;
    }, `/api/v1/notes/${typed.note}`);
  assert.equal(await status(), 423);
  // Whoever takes the mark away in the browser opens nothing.
  await page.evaluate(() => localStorage.removeItem('mindscribe.locked'));
  await page.reload();
  await locked(page).waitFor();
  assert.equal(await status(), 423);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/sign-in**');
});

test('what was being written is still there after the lock', async () => {
  const page = await open(browser, server);
  await signIn(page);
  await page.goto(`/sessions/${typed.encounter.id}`);
  const written = () => page.evaluate(() => [...document.querySelectorAll('textarea')].map((it) => it.value).join('\n'));
  await page.waitForFunction(() => [...document.querySelectorAll('textarea')].some((it) => it.value.includes('four hours')));
  for (const field of await page.locator('textarea').all()) {
    if (!(await field.inputValue()).includes('four hours')) continue;
    await field.press('End');
    await field.pressSequentially(' Tired by noon.');
  }
  assert.match(await written(), /Tired by noon/);
  await page.getByRole('button', { name: 'Lock', exact: true }).click();
  await locked(page).waitFor();
  assert.equal(await written(), '');
  await unlock(page);
  await page.waitForFunction(() => [...document.querySelectorAll('textarea')].some((it) => it.value.includes('Tired by noon')));
  assertCalm(page);
});

test('a recording goes on behind the lock and is sent', async () => {
  const page = await open(browser, server, { permissions: ['microphone'] });
  await signIn(page);
  await addClient(page, 'Jonas', 'Albrecht');
  await beginSession(page);
  await page.getByRole('button', { name: 'Start recording' }).click();
  await page.getByRole('timer').waitFor();
  await page.getByRole('button', { name: 'Lock', exact: true }).click();
  await locked(page).waitFor();
  await page.getByText('The recording goes on.').waitFor();
  await picture(page, 'lock-recording');
  const before = Date.now();
  await page.waitForFunction((since) => Date.now() - since > 2000, before);
  await unlock(page);
  await page.waitForFunction(() => /0?0:0[3-9]/.test(document.querySelector('[role=timer]')?.textContent ?? ''));
  assertCalm(page);
});
