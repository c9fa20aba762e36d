// Something has gone wrong: it is written down, the clocks run, the trail says whose data it was, everybody is told, and it is closed.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertCalm, launch, open } from './support/browser.mjs';
import { look } from './support/look.mjs';
import { Caller, signUp } from './support/people.mjs';
import { Server } from './support/server.mjs';

let server, browser, owner, caller;
before(async () => {
  server = await Server.start();
  browser = await launch();
  owner = await open(browser, server);
  await signUp(owner);
  caller = await Caller.signIn(server);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const press = (name) => owner.getByRole('button', { name, exact: true }).click();
const clock = (name) => owner.getByRole('listitem').filter({ has: owner.getByRole('heading', { name, exact: true }) });
const unfold = (name) => owner.getByText(name, { exact: true }).click();

test('an incident is opened, and a breach is presumed', async () => {
  await owner.getByRole('link', { name: 'Incidents' }).click();
  await owner.getByText('Nothing has happened').waitFor();
  await unfold('Something has happened');
  await owner.getByLabel('What sort of event').selectOption('unauthorized_access');
  await owner.getByLabel('What happened').fill('Robin has looked at charts without a reason.');
  await look(owner, 'incidents');
  await press('Open the incident');
  await owner.getByRole('heading', { name: 'Breach room' }).waitFor();
  await owner.getByText('Nobody has decided yet: it is taken for a breach.').waitFor();
  await clock('Everybody it is about').getByText('60 days left').waitFor();
  await clock('HHS, with the people').getByText('Assumed, because nobody has counted the people yet.').waitFor();
  assertCalm(owner);
});

test('somebody knew earlier, and every clock moves', async () => {
  await press('Somebody knew earlier');
  const before = new Date(Date.now() - 50 * 86_400_000).toISOString().slice(0, 16);
  await owner.getByLabel('When they knew').fill(before);
  await owner.getByLabel('Who, and how you know').fill('The front desk wondered about it.');
  await press('Move the clocks');
  await clock('Everybody it is about').getByText('10 days left').waitFor();
  await look(owner, 'breach-room');
  assertCalm(owner);
});

test('the audit trail says whose data it was, and a person confirms it', async () => {
  await caller.typed('Mara', 'Quint');
  const client = await caller.send('POST /clients', { given_name: 'Otto', family_name: 'Fremd' });
  await caller.send(`GET /clients/${client.id}`);
  await unfold('Find them in the audit trail');
  await press('Look');
  const otto = owner.getByLabel(/Otto Fremd/);
  await otto.waitFor();
  await otto.uncheck();
  await look(owner, 'breach-people');
  await press('Confirm these people');
  await owner.getByText('US-CA 1, of whom 1 are clients here by the audit trail').waitFor();
  // One person: HHS is told after the year.
  await clock('HHS, after the year').waitFor();
  assert.equal(await clock('HHS, with the people').count(), 0);
  assertCalm(owner);
});

test('it is decided, everybody is told, and it is closed', async () => {
  await press('Decide whether it is a breach');
  await owner.getByLabel('Why', { exact: true }).fill('Nobody had a reason to look.');
  await look(owner, 'breach-decision');
  await press('Decide');
  await owner.getByText('Decided', { exact: true }).waitFor();
  const close = async () => {
    await press('Close it');
    await owner.getByLabel('Why it could happen').fill('Everybody saw every chart.');
    await owner.getByLabel('What was changed so that it does not again').fill('Only care teams do.');
    await press('Close the incident');
  };
  await close();
  await owner.getByText('Somebody is still to be told. It can be closed afterwards.').waitFor();
  await press('Close');
  for (const who of ['Everybody it is about', 'HHS, after the year']) {
    await owner.getByRole('button', { name: `They were told: ${who}` }).click();
    await owner.getByLabel('How, and what proves it').fill('First-class mail, receipt in the folder.');
    await press('Write it down');
    await clock(who).getByText(/^Told on/).waitFor();
  }
  await close();
  await owner.getByText('Closed', { exact: true }).first().waitFor();
  assert.equal(await owner.getByRole('heading', { name: 'Write down' }).count(), 0);
  const [file] = await Promise.all([owner.waitForEvent('download'), press('Save the file')]);
  assert.equal(file.suggestedFilename(), 'incident.pdf');
  await look(owner, 'breach-closed');
  await owner.getByRole('link', { name: 'Incidents' }).first().click();
  await owner.getByText(/^Closed, known since/).waitFor();
  assertCalm(owner);
});
