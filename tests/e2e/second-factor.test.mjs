// The second step at sign-in: set up with a QR code, asked for, lost and made good; and ending a sign-in
// on another device.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertCalm, launch, open, picture } from './support/browser.mjs';
import { violations } from './support/look.mjs';
import { arrived, EMAIL, PASSWORD, beginSecondStep, register } from './support/people.mjs';
import { Server } from './support/server.mjs';
import { totp } from './support/totp.mjs';

let server, browser, secret, codes;
before(async () => {
  server = await Server.start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

async function givePassword(page) {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.getByLabel('Password').fill(PASSWORD);
  await press(page, 'Sign in');
}

test('an owner gets nowhere before a second step is set up with a QR code and a first code', async () => {
  const page = await open(browser, server);
  await register(page);
  await page.getByText('Everything else opens after that.').waitFor();
  assert.equal(await page.getByRole('link', { name: 'Clients' }).count(), 0);
  await page.goto('/clients');
  await page.waitForURL('**/account');
  await page.getByText('Everything else opens after that.').waitFor();
  assert.deepEqual(await violations(page), []);
  await picture(page, 'second-factor-owed');
  secret = await beginSecondStep(page);
  const code = page.getByRole('img', { name: 'QR code for an authenticator app' });
  assert.ok(await code.evaluate((it) => it.decode().then(() => it.naturalWidth > 0)), 'the QR code is drawn');
  assert.match(secret, /^[A-Z2-7]{32}$/);
  assert.deepEqual(await violations(page), []);
  await picture(page, 'second-factor-qr-code');
  await page.getByLabel('Code from your app').fill('000000');
  await press(page, 'Confirm');
  await page.getByText('This is not right, or was used before.').waitFor();
  await page.getByLabel('Code from your app').fill(totp(secret, -1));
  await press(page, 'Confirm');
  await page.getByRole('heading', { name: 'Recovery codes' }).waitFor();
  codes = (await page.locator('.codes').textContent()).split('\n');
  assert.equal(new Set(codes).size, 10);
  assert.deepEqual(await violations(page), []);
  await picture(page, 'second-factor-recovery-codes');
  await press(page, 'I have kept them');
  await arrived(page);
  await page.getByRole('link', { name: 'Your account' }).click();
  await page.getByText('Left: 10').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Remove', exact: true }).count(), 0, 'an owner keeps it');
  assertCalm(page);
});

test('the code is asked for after the password, and is taken once', async () => {
  const page = await open(browser, server);
  await givePassword(page);
  const field = page.getByLabel('Code from your app');
  await field.fill('000000');
  assert.deepEqual(await violations(page), []);
  await picture(page, 'second-factor-sign-in');
  await press(page, 'Sign in');
  await page.getByText('This is not right, or was used before.').waitFor();
  const code = totp(secret);
  await field.fill(code);
  await press(page, 'Sign in');
  await arrived(page);

  const thief = await open(browser, server);
  await givePassword(thief);
  await thief.getByLabel('Code from your app').fill(code);
  await press(thief, 'Sign in');
  await thief.getByText('This is not right, or was used before.').waitFor();
  await thief.goto('/clients');
  await thief.waitForURL('**/sign-in**');
  assertCalm(page);
});

test('a recovery code signs in, and a sign-in on another device is ended from here', async () => {
  const lost = await open(browser, server);
  await givePassword(lost);
  await press(lost, 'Use a recovery code');
  await lost.getByLabel('Recovery code').fill(codes[0]);
  await press(lost, 'Sign in');
  await arrived(lost);

  const page = await open(browser, server);
  await givePassword(page);
  await press(page, 'Use a recovery code');
  await page.getByLabel('Recovery code').fill(codes[1]);
  await press(page, 'Sign in');
  await arrived(page);
  await page.getByRole('link', { name: 'Your account' }).click();
  await page.getByText('Left: 8').waitFor();
  await page.getByText('This device').waitFor();
  assert.ok((await page.getByText('Chrome, Linux').count()) >= 2, 'devices are called by their names');
  assert.deepEqual(await violations(page), []);
  await picture(page, 'account');
  await press(page, 'Sign out everywhere else');
  await page.getByRole('button', { name: 'Sign out everywhere else' }).waitFor({ state: 'detached' });
  assert.equal(await page.getByText('Chrome, Linux').count(), 1);
  // The other device learns of it with its next request.
  await lost.getByRole('link', { name: 'Audit trail' }).click();
  await lost.waitForURL('**/sign-in**');
  assertCalm(page);
});

test('new recovery codes are made while the code is fresh, and the old ones are gone', async () => {
  const page = await open(browser, server);
  await givePassword(page);
  await press(page, 'Use a recovery code');
  await page.getByLabel('Recovery code').fill(codes[2]);
  await press(page, 'Sign in');
  await arrived(page);
  await page.goto('/account');
  await press(page, 'New recovery codes');
  await page.locator('.codes').waitFor();
  assert.ok(!(await page.locator('.codes').textContent()).includes(codes[3]));
  await press(page, 'I have kept them');
  assertCalm(page);
});
