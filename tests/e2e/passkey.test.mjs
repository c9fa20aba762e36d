// A passkey in a real browser: set up, named, offered where the e-mail is typed, shown as the second step,
// again for what is dear, to sign a note and to open the lock.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { authenticator } from './support/authenticator.mjs';
import { PHONE, WIDE, assertCalm, launch, open, picture } from './support/browser.mjs';
import { violations } from './support/look.mjs';
import { Caller, EMAIL, PASSWORD, arrived, signUp } from './support/people.mjs';
import { Server } from './support/server.mjs';

let server, browser, page, device;
before(async () => {
  server = await Server.start();
  browser = await launch();
  page = await open(browser, server);
  device = await authenticator(page);
  await signUp(page);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const button = (name) => page.getByRole('button', { name, exact: true });

async function signOut() {
  await page.goto('/clients');
  await button('Sign out').click();
  await page.waitForURL('**/sign-in**');
}

async function givePassword() {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.getByLabel('Password').fill(PASSWORD);
  await button('Sign in').click();
}

test('a passkey is set up and named', async () => {
  await page.goto('/account');
  await button('Add a passkey').click();
  await page.getByRole('dialog').getByLabel('Name').fill('Kitchen laptop');
  await page.getByLabel('Your password, again').fill(PASSWORD);
  await page.getByRole('dialog').getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByText('Kitchen laptop').waitFor();
  const [kept] = await device.credentials();
  assert.equal(kept.rpId, 'localhost');
  assert.equal(kept.isResidentCredential, true, 'it can be found without a name');
  await button('Rename Kitchen laptop').click();
  await page.getByRole('dialog').getByLabel('Name').fill('Desk');
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
  await page.getByText('Desk', { exact: true }).waitFor();
  for (const [size, viewport] of Object.entries({ wide: WIDE, phone: PHONE })) {
    await page.setViewportSize(viewport);
    assert.deepEqual(await violations(page), []);
    await picture(page, `passkey-account-${size}`);
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(beyond <= 0, `${beyond} pixels too wide`);
  }
  await page.setViewportSize(WIDE);
  assertCalm(page);
});

test('it is offered where the e-mail is typed, and signs in alone', async () => {
  // Without a touch it waits where the e-mail is typed.
  await device.touch(false);
  await signOut();
  assert.match(await page.getByLabel('E-mail').getAttribute('autocomplete'), /webauthn/);
  assert.deepEqual(await violations(page), []);
  await picture(page, 'passkey-sign-in');
  await device.touch(true);
  await page.reload();
  await arrived(page);
  assertCalm(page);
});

test('it signs in by a button too, and only if it recognises its owner', async () => {
  await device.touch(false);
  await signOut();
  await device.recognise(false);
  await device.touch(true);
  await button('Sign in with a passkey').click();
  await page.getByText('No passkey was shown.').waitFor();
  await device.recognise(true);
  await button('Sign in with a passkey').click();
  await arrived(page);
  assertCalm(page);
});

test('it is the second step after the password', async () => {
  await device.touch(false);
  await signOut();
  await givePassword();
  await button('Use your passkey').waitFor();
  assert.deepEqual(await violations(page), []);
  await picture(page, 'passkey-second-step');
  await device.touch(true);
  await button('Use your passkey').click();
  await arrived(page);
  assertCalm(page);
});

test('it is asked for again before what is dear, once, and what was asked for is done', async () => {
  // The server's five minutes are not waited for: it says once that they are over.
  let asked = 0;
  await page.route('**/api/v1/invitations', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    asked += 1;
    if (asked > 1) return route.continue();
    const problem = { type: 'about:blank', title: 'Please confirm.', status: 403, code: 'step_up_required', request_id: 'r' };
    return route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify(problem) });
  });
  await page.goto('/people');
  await button('Invite').click();
  await page.getByRole('dialog').getByLabel('E-mail').fill('robin@practice.example');
  await page.getByRole('dialog').getByRole('button', { name: 'Send invitation' }).click();
  await page.getByRole('heading', { name: 'Is it you?' }).waitFor();
  assert.deepEqual(await violations(page), []);
  await picture(page, 'passkey-step-up');
  await button('Use your passkey').click();
  await page.getByText('The invitation is on its way').waitFor();
  assert.equal(asked, 2);
  await page.unroute('**/api/v1/invitations');
  assertCalm(page);
});

test('it signs a note, and opens the lock', async () => {
  const caller = new Caller();
  caller.base = `${server.address}/api/v1`;
  caller.token = await page.evaluate(async () => (await (await fetch('/api/v1/auth/refresh', { method: 'POST' })).json()).access_token);
  const { encounter } = await caller.typed();
  await page.goto(`/sessions/${encounter.id}`);
  await button('Sign note').click();
  await button('Sign with a passkey').click();
  await page.getByText('Signed by').first().waitFor();
  await button('Lock').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Locked' }).waitFor();
  assert.deepEqual(await violations(page), []);
  await button('Use a passkey').click();
  await page.getByText('Signed by').first().waitFor();
  assert.match(page.url(), new RegExp(encounter.id));
  assertCalm(page);
});
