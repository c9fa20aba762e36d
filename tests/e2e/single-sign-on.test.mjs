// An owner connects the practice to a provider; its people sign in there, and nobody else does.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertCalm, launch, open, picture, PHONE } from './support/browser.mjs';
import { violations } from './support/look.mjs';
import { signUp } from './support/people.mjs';
import { openProvider, signInAtProvider } from './support/provider.mjs';
import { freePort, Server } from './support/server.mjs';

let server, browser, provider;
before(async () => {
  const port = await freePort();
  server = await Server.start({ OUTBOUND_ALLOWED_HOSTS: `127.0.0.1:${port}` });
  provider = await openProvider(port, `${server.address}/api/v1/auth/sso/callback`);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  provider?.close();
  await server?.stop();
});

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

async function begin(page, email) {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(email);
  await press(page, 'Sign in with your organisation');
}

test('an owner connects the practice to a provider', async () => {
  const page = await open(browser, server);
  await signUp(page);
  await page.getByRole('link', { name: 'People' }).click();
  await page.getByRole('link', { name: 'Single sign-on' }).click();
  await press(page, 'Connect');
  await page.getByLabel('Name').fill('Harbour accounts');
  await page.getByLabel('Issuer').fill(provider.issuer);
  await page.getByLabel('Client ID').fill('mindscribe');
  await page.getByLabel('Client secret').fill('a secret of the tests, long enough');
  await page.getByLabel('Groups claim').fill('groups');
  await page.getByLabel('E-mail domains').fill('clinic.example');
  await page.getByLabel('New people become').selectOption('clinician');
  await page.getByLabel('Roles by group').fill('Leads = Supervisor');
  await picture(page, 'sso-form');
  assert.deepEqual(await violations(page), []);
  await press(page, 'Save');
  await page.getByText('Not used yet').waitFor();
  await press(page, 'Try it');
  await page.getByText('The provider answers as it should.').waitFor();
  await picture(page, 'sso-connection');
  assert.deepEqual(await violations(page), []);
  await page.setViewportSize(PHONE);
  await picture(page, 'sso-connection-phone');
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), PHONE.width);
  assertCalm(page);
  await page.context().close();
});

test('somebody new signs in at the provider and is a supervisor of the practice', async () => {
  const page = await open(browser, server);
  await begin(page, 'robin@clinic.example');
  await signInAtProvider(page, 'robin');
  await page.waitForURL('**/clients');
  await page.getByText('Robin Sommer').waitFor();
  const cookies = await page.context().cookies(server.address);
  const refresh = cookies.find((cookie) => cookie.name === 'refresh');
  assert.ok(refresh.httpOnly && refresh.sameSite === 'Strict');
  assert.ok(!cookies.some((cookie) => cookie.name === 'sso'), 'what tied the try to this browser is gone');
  // A page that is loaded again is still theirs; somebody who signs out is out.
  await page.reload();
  await page.getByText('Robin Sommer').waitFor();
  await press(page, 'Sign out');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.context().close();
});

test('whoever the provider does not vouch for is told so, kindly', async () => {
  const page = await open(browser, server);
  await page.goto('/sign-in');
  await press(page, 'Sign in with your organisation');
  await page.getByText('Type your work e-mail first.').waitFor();
  await picture(page, 'sso-sign-in');
  assert.deepEqual(await violations(page), []);
  await begin(page, 'somebody@nowhere.example');
  await page.getByText('No organisation is known for this e-mail.').waitFor();
  await begin(page, 'eve@clinic.example');
  await signInAtProvider(page, 'eve');
  await page.getByText('does not confirm an e-mail of yours').waitFor();
  await page.context().close();
});

test('a way back that was begun in another browser leads nowhere', async () => {
  const page = await open(browser, server);
  await begin(page, 'robin@clinic.example');
  await page.waitForURL('http://127.0.0.1:*/interaction/*');
  // As in a browser that was only sent the address.
  await page.context().clearCookies({ name: 'sso' });
  await signInAtProvider(page, 'robin');
  await page.getByText('was begun in another browser').waitFor();
  await page.context().close();
});
