// Who has seen a client, the trail narrowed to what is asked for, and taken away as a file with its proof.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { assertCalm, launch, open } from './support/browser.mjs';
import { look } from './support/look.mjs';
import { addClient, signUp } from './support/people.mjs';
import { Server } from './support/server.mjs';

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

const press = (name) => owner.getByRole('button', { name, exact: true }).click();
const rows = () => owner.getByRole('region', { name: 'Table of events' }).getByRole('row').count();

/** What the browser saves when a button is pressed. */
async function saved(name) {
  const [download] = await Promise.all([owner.waitForEvent('download'), press(name)]);
  return readFileSync(await download.path(), 'utf8');
}

test('a client’s page leads to who has seen them, and from there to the events', async () => {
  await addClient(owner);
  await owner.getByRole('link', { name: 'Who has seen this client' }).click();
  await owner.waitForURL('**/audit?client_id=*');
  const readers = owner.getByRole('region', { name: 'Table of readers' });
  const row = readers.getByRole('row', { name: 'Vera Winter' });
  await row.waitFor();
  assert.equal(await owner.locator('#client_id').evaluate((it) => it.selectedOptions[0].text), 'Mara Quint');
  await owner.getByRole('region', { name: 'Table of events' }).getByText('Client created').waitFor();
  await look(owner, 'audit-readers');
  await row.getByRole('link', { name: 'Events of Vera Winter' }).click();
  await owner.waitForURL('**/audit?client_id=*&user_id=*');
  await owner.getByRole('region', { name: 'Table of events' }).waitFor();
  assert.equal(await owner.locator('#user_id').evaluate((it) => it.selectedOptions[0].text), 'Vera Winter');
  assert.match(await saved('Whose data they touched, as CSV'), /"Mara Quint","viewed"/);
  assertCalm(owner);
});

test('the filter stands in the address, and what is shown is saved with its proof', async () => {
  await owner.goto('/audit');
  await owner.getByText('Filter', { exact: true }).click();
  await owner.getByLabel('What').fill('client_created');
  await press('Show');
  await owner.waitForURL('**/audit?action=client_created');
  await owner.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1);
  await owner.reload();
  await owner.getByRole('region', { name: 'Table of events' }).waitFor();
  assert.equal(await rows(), 2, 'the head and the event');
  await look(owner, 'audit-filtered');
  const lines = (await saved('Save as JSON, with proof')).trimEnd().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(lines.map((line) => line.action ?? typeof line.manifest), ['client_created', 'string']);
  await owner.getByLabel('Outcome').selectOption('refused');
  await press('Show');
  await owner.getByText('There is no such event').waitFor();
  await owner.getByRole('link', { name: 'Show everything' }).click();
  await owner.waitForURL('**/audit');
  await owner.getByRole('region', { name: 'Table of events' }).waitFor();
  assertCalm(owner);
});

test('the activity review is beside the access review', async () => {
  await owner.goto('/people');
  await owner.getByRole('link', { name: 'Activity review' }).click();
  await owner.getByText('Nothing was found').waitFor();
  await look(owner, 'activity-review');
  assertCalm(owner);
});
