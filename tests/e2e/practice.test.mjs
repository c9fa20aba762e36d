// The owner changes the practice's settings, makes a role and gives it, looks again at who has access, makes a key
// saves everything, and thinks better of deleting it; a clinician opens a chart in an emergency.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { assertCalm, launch, open, picture } from './support/browser.mjs';
import { look } from './support/look.mjs';
import { linkFor } from './support/mail.mjs';
import { PASSWORD, addClient, beginSecondStep, signUp } from './support/people.mjs';
import { Server } from './support/server.mjs';
import { totp } from './support/totp.mjs';

let server, browser, owner;
before(async () => {
  server = await Server.start();
  browser = await launch();
  owner = await open(browser, server);
  await signUp(owner);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const button = (name) => owner.getByRole('button', { name, exact: true });

test('settings are changed, and what cannot be is said beside the field', async () => {
  await owner.getByRole('link', { name: 'Practice', exact: true }).click();
  const about = owner.getByRole('region', { name: 'About the practice' });
  await about.getByLabel('Name').fill('Lindenhof Psychotherapy');
  await about.getByLabel('Time zone').fill('Europe/Springfield');
  await about.getByRole('button', { name: 'Save' }).click();
  await about.getByText('Please give a time zone').waitFor();
  await look(owner, 'practice');
  await about.getByLabel('Time zone').fill('Europe/Vienna');
  await about.getByRole('button', { name: 'Save' }).click();
  await owner.getByText('Saved').waitFor();
  await owner.getByText('Lindenhof Psychotherapy', { exact: true }).waitFor();
  const signingIn = owner.getByRole('region', { name: 'Signing in' });
  await signingIn.getByLabel('Minutes until the screen is locked').fill('5');
  await signingIn.getByRole('button', { name: 'Save' }).click();
  await owner.waitForFunction(() => document.querySelector('#idle_lock_minutes')?.value === '5');
  const charts = owner.getByRole('region', { name: 'Charts and recordings' });
  await charts.getByLabel('Everybody who treats here sees new clients').check();
  await charts.getByLabel('Days until the sound of a session is removed').fill('90');
  await charts.getByRole('button', { name: 'Save' }).click();
  await owner.waitForFunction(() => document.querySelector('#recording_days')?.value === '90');
  await owner.reload();
  await owner.getByLabel('Minutes until the screen is locked').waitFor();
  assert.equal(await charts.getByLabel('Days until the sound of a session is removed').inputValue(), '90');
  assert.equal(await charts.getByLabel('Everybody who treats here sees new clients').isChecked(), true);
  assert.equal(await owner.getByLabel('Minutes until the screen is locked').inputValue(), '5');
  assert.equal(await owner.getByLabel('Time zone').inputValue(), 'Europe/Vienna');
  assertCalm(owner);
});

test('a role of the practice is made, stands in the table, and is changed', async () => {
  await owner.goto('/people');
  await button('New role').click();
  const dialog = owner.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Intake <b>');
  await dialog.getByLabel('For people like').selectOption('front_desk');
  await dialog.getByLabel('See clients').check();
  await look(owner, 'role');
  await dialog.getByRole('button', { name: 'Add role' }).click();
  await owner.getByRole('columnheader', { name: 'Intake <b>' }).waitFor();
  const marks = async (name) => (await owner.getByRole('row', { name }).getByText('yes').count());
  const before = await marks('See consents');
  await button('Change Intake <b>').click();
  await dialog.getByLabel('See consents').check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await owner.getByText('Saved').waitFor();
  await owner.waitForFunction((count) => {
    const row = [...document.querySelectorAll('.roles tr')].find((it) => it.textContent.startsWith('See consents'));
    return [...row.querySelectorAll('.visually-hidden')].filter((it) => it.textContent === 'yes').length === count;
  }, before + 1);
  await button('Invite').click();
  await dialog.getByLabel('Role').selectOption({ label: 'Intake <b>' });
  await dialog.getByLabel('E-mail').fill('robin@practice.example');
  await dialog.getByRole('button', { name: 'Send invitation' }).click();
  await owner.getByRole('region', { name: 'Invited' }).getByText('Intake <b>').waitFor();
  await look(owner, 'people-own-role');
  // At 1280 px the last column can be reached, and the names of the permissions stay where they are.
  await owner.setViewportSize({ width: 1280, height: 800 });
  const table = owner.getByRole('region', { name: 'Table of roles' });
  const reached = await table.evaluate((region) => {
    region.scrollLeft = region.scrollWidth;
    const box = region.getBoundingClientRect();
    const last = region.querySelector('thead th:last-child').getBoundingClientRect();
    const first = region.querySelector('tbody th').getBoundingClientRect();
    return { right: last.right - box.right, left: first.left - box.left };
  });
  assert.ok(reached.right <= 0.5 && reached.left >= -0.5 && reached.left < 30, JSON.stringify(reached));
  await picture(owner, 'roles-1280');
  assertCalm(owner);
});

test('access is looked at again', async () => {
  await owner.goto('/people');
  await owner.getByRole('link', { name: 'Access review' }).click();
  await button('Keep Vera Winter').click();
  await owner.getByText('looked at').waitFor();
  await look(owner, 'access-review');
  const download = owner.waitForEvent('download');
  await button('Save as CSV').click();
  assert.equal((await download).suggestedFilename(), 'access-review.csv');
  assertCalm(owner);
});

test('a key for another program is made, shown once, renewed and ended', async () => {
  await owner.goto('/practice');
  await owner.getByRole('link', { name: 'API keys' }).click();
  await owner.getByText('There are no keys').waitFor();
  await button('New key').click();
  const dialog = owner.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Calendar');
  await dialog.getByLabel('See clients', { exact: true }).check();
  await look(owner, 'api-key-new');
  await button('Make key').click();
  const shown = owner.getByRole('region', { name: 'Your new key' }).locator('code');
  const secret = await shown.textContent();
  await look(owner, 'api-keys');
  const answer = async (key) => (await fetch(`${server.address}/api/v1/clients`, { headers: { authorization: `Bearer ${key}` } })).status;
  assert.equal(await answer(secret), 200);
  await button('I have kept it').click();
  await owner.getByText(secret).waitFor({ state: 'detached' });
  await button('Renew Calendar').click();
  const renewed = await shown.textContent();
  assert.deepEqual([await answer(secret), await answer(renewed)], [401, 200]);
  await button('End Calendar').click();
  await owner.getByText('There are no keys').waitFor();
  assert.equal(await answer(renewed), 401);
  assertCalm(owner);
});

test('everything of the practice is saved as an archive', async () => {
  await owner.goto('/practice');
  const saved = owner.waitForEvent('download');
  await button('Save everything').click();
  const download = await saved;
  assert.match(download.suggestedFilename(), /^mindscribe-\d{4}-\d\d-\d\d\.zip$/);
  const archive = readFileSync(await download.path());
  assert.equal(archive.subarray(0, 2).toString(), 'PK');
  assert.ok(archive.includes('practice.json'));
  assertCalm(owner);
});

test('the practice is to be deleted, and stays after all', async () => {
  const card = owner.getByRole('region', { name: 'Delete the practice' });
  await card.getByLabel('Name of the practice').fill('Another');
  await card.getByRole('button', { name: 'Delete in 14 days' }).click();
  await card.getByText('as it stands above').waitFor();
  await card.getByLabel('Name of the practice').fill('Lindenhof Psychotherapy');
  await card.getByRole('button', { name: 'Delete in 14 days' }).click();
  await card.getByText('Everything will be deleted').waitFor();
  await look(owner, 'deletion-waits');
  const link = await linkFor(server, 'vera@practice.example', 'deletions');
  const outsider = await open(browser, server);
  await outsider.goto(link);
  await outsider.getByText('It begins').waitFor();
  await look(outsider, 'deletion');
  await outsider.context().close();
  await card.getByRole('button', { name: 'Keep the practice' }).click();
  await card.getByLabel('Name of the practice').waitFor();
  await owner.goto(link);
  await owner.getByText('It was withdrawn').waitFor();
  assertCalm(owner);
});

test('a chart is opened in an emergency, ended, explained and decided', async () => {
  await owner.goto('/clients');
  await addClient(owner, 'Mara', 'Quint');
  await owner.goto('/people');
  await button('Invite').click();
  await owner.getByRole('dialog').getByLabel('E-mail').fill('sam@practice.example');
  await owner.getByRole('dialog').getByRole('button', { name: 'Send invitation' }).click();
  const page = await open(browser, server);
  const press = (name) => page.getByRole('button', { name, exact: true }).click();
  await page.goto(await linkFor(server, 'sam@practice.example', 'invitation'));
  await page.getByLabel('Your name').fill('Sam Berger');
  await page.getByLabel('Password').fill(PASSWORD);
  await press('Join');
  await page.waitForURL('**/clients');
  await page.getByRole('link', { name: 'Your account' }).click();
  const secret = await beginSecondStep(page);
  await page.getByLabel('Code from your app').fill(totp(secret));
  await press('Confirm');
  await press('I have kept them');

  await page.goto('/clients');
  await page.getByText('No clients yet').waitFor();
  await page.getByRole('link', { name: 'Emergency access' }).click();
  await page.getByRole('heading', { name: 'Open a chart in an emergency' }).waitFor();
  await page.getByLabel('First name').fill('Mara');
  await page.getByLabel('Last name').fill('Quint');
  await page.getByLabel('Date of birth').fill('1987-05-04');
  await look(page, 'emergency-find');
  await press('Find');
  await page.getByText('Found: M. Q.').waitFor();
  await page.getByLabel('Why can this not wait?').fill('They called from a bridge.');
  await look(page, 'emergency-why');
  await press('Open the chart');
  await page.getByRole('heading', { name: 'Mara Quint' }).waitFor();
  await page.getByText('Emergency access to a chart, 60 min left.').waitFor();
  await look(page, 'emergency-open');
  await press('End now');
  await page.getByRole('link', { name: 'Say it now' }).click();
  await page.getByLabel('In your words').fill('Read the safety plan and called the family.');
  await look(page, 'emergency-said');
  await press('Send');
  await page.getByText('Somebody else will look at it').waitFor();
  await page.goto('/clients');
  await page.getByText('No clients yet').waitFor();

  await owner.goto('/audit');
  await owner.getByRole('button', { name: 'Check the trail' }).click();
  await owner.getByText('The trail is intact.').waitFor();
  await look(owner, 'audit-checked');
  await owner.getByRole('link', { name: 'Emergency access' }).click();
  await owner.getByText('Read the safety plan').waitFor();
  await owner.getByText('Decide', { exact: true }).first().click();
  await look(owner, 'emergency-queue');
  await button('Decide').click();
  await owner.getByText('Justified', { exact: true }).waitFor();
  assertCalm(page);
  assertCalm(owner);
});
