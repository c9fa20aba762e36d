// The own password: changed, forgotten, and made anew by a link in a mail, which does not replace the second step
// and does not say who has an account.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertCalm, launch, open } from './support/browser.mjs';
import { look } from './support/look.mjs';
import { linkFor } from './support/mail.mjs';
import { EMAIL, PASSWORD, arrived, recoveryCode, signUp } from './support/people.mjs';
import { Server } from './support/server.mjs';

const CHANGED = 'heron-umbrella-quarry-17';
const ANEW = 'walnut-lantern-ferry-42';
const SENT = 'If there is an account with this address';

let server, browser, page;
before(async () => {
  server = await Server.start();
  browser = await launch();
  page = await open(browser, server);
  await signUp(page);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const press = (name) => page.getByRole('button', { name, exact: true }).click();

async function givePassword(password) {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.getByLabel('Password').fill(password);
  await press('Sign in');
}

test('the password is changed with the present one', async () => {
  await page.goto('/account');
  const card = page.getByRole('region', { name: 'Password' });
  await card.getByLabel('Present password').fill(PASSWORD);
  await card.getByLabel('New password').fill('short');
  await card.getByRole('button', { name: 'Change password' }).click();
  await card.getByRole('alert').first().waitFor();
  await card.getByLabel('New password').fill(CHANGED);
  await card.getByRole('button', { name: 'Change password' }).click();
  await page.getByText('Changed, and signed out everywhere else').waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
  assertCalm(page);
});

test('who forgot it gets a link, and still shows the second step', async () => {
  await press('Sign out');
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  await page.getByRole('heading', { name: 'Forgot your password?' }).waitFor();
  await look(page, 'password-forgotten');
  await page.getByLabel('E-mail').fill(EMAIL);
  await press('Send me a link');
  await page.getByText(SENT).waitFor();
  const link = await linkFor(server, EMAIL, 'new-password');
  await page.goto(link);
  await page.getByRole('heading', { name: 'Choose a new password' }).waitFor();
  assert.ok(!page.url().includes(link.split('#')[1]), 'the token does not stay in the address');
  await look(page, 'password-new');
  await page.getByLabel('New password').fill(ANEW);
  await press('Change password');
  await page.getByText('Your password was changed').waitFor();
  // The one before opens nothing, and the new one not alone.
  await givePassword(CHANGED);
  await page.getByText('The e-mail or the password is not right.').waitFor();
  await givePassword(ANEW);
  await press('Use a recovery code');
  await page.getByLabel('Recovery code').fill(recoveryCode());
  await press('Sign in');
  await arrived(page);
  // The link is over.
  await page.goto('about:blank');
  await page.goto(link);
  await page.getByLabel('New password').fill(PASSWORD);
  await press('Change password');
  await page.getByText('This link is over').waitFor();
  assertCalm(page);
});

test('an address without an account is told the same', async () => {
  await page.goto('/forgotten-password');
  await page.getByLabel('E-mail').fill('nobody@practice.example');
  await press('Send me a link');
  await page.getByText(SENT).waitFor();
  assertCalm(page);
});
