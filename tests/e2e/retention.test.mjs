// A chart is held and released; its deletion is asked for, told above it, stopped by a hold, withdrawn; the banners are
// seen by whoever opens the chart; and a rule is decided for.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertCalm, launch, open } from './support/browser.mjs';
import { look } from './support/look.mjs';
import { Caller, signUp } from './support/people.mjs';
import { Server } from './support/server.mjs';

let server, browser, owner, caller, client;
before(async () => {
  server = await Server.start();
  browser = await launch();
  owner = await open(browser, server);
  await signUp(owner);
  caller = await Caller.signIn(server);
  const { encounter } = await caller.typed('Zoë', 'Łukasiewicz-Παπαδοπούλου');
  client = encounter.client_ids[0];
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const button = (name) => owner.getByRole('button', { name, exact: true });
const region = (name) => owner.getByRole('region', { name, exact: true });

test('a hold is placed with a reason, told above the chart, and released', async () => {
  await owner.goto(`/clients/${client}`);
  await owner.getByRole('link', { name: 'Retention and legal hold' }).click();
  await owner.getByText('Nothing is on hold').waitFor();
  await look(owner, 'retention-none');
  await owner.getByText('Place a legal hold').click();
  await owner.getByLabel('Why everything has to stay').fill('A subpoena of the county court, which the lawyer keeps.');
  await look(owner, 'retention-place');
  await button('Place the hold').click();
  await region('Legal holds').getByText('In force').waitFor();
  await owner.goto(`/clients/${client}`);
  await owner.getByText('nothing of this chart is removed').waitFor();
  assert.equal(await owner.getByText('subpoena').count(), 0);
  await look(owner, 'client-on-hold');
  await owner.goto('/practice');
  await owner.getByRole('link', { name: 'Retention', exact: true }).click();
  await region('Legal holds').getByRole('link', { name: /Łukasiewicz/ }).waitFor();
  await button('Release').click();
  await owner.getByLabel('Why it can end').fill('The case is over.');
  await look(owner, 'retention-release');
  await button('Release the hold').click();
  await owner.getByText('Nothing is on hold').waitFor();
  await owner.goto(`/retention?client=${client}`);
  await region('Legal holds').getByText('The case is over.').waitFor();
  assertCalm(owner);
});

test('the deletion of a chart is asked for, told above it, and withdrawn', async () => {
  await owner.goto(`/retention?client=${client}`);
  await owner.getByText('Delete this chart').click();
  await owner.getByLabel('Why', { exact: true }).selectOption('other');
  await owner.getByLabel('Name of the client').fill('Somebody Else');
  await button('Delete in 7 days').click();
  await owner.getByText('Please write the client’s name').or(owner.getByText("Please write the client's name")).waitFor();
  await look(owner, 'retention-delete');
  await owner.getByLabel('In words').fill('There is another chart of hers.');
  await owner.getByLabel('Name of the client').fill('Zoë Łukasiewicz-Παπαδοπούλου');
  await button('Delete in 7 days').click();
  await region('Deleted charts').getByText('Waiting').waitFor();
  await look(owner, 'retention-waiting');
  await owner.goto(`/clients/${client}`);
  await owner.getByText('This chart will be deleted on').waitFor();
  await look(owner, 'client-to-be-deleted');
  await owner.goto('/retention');
  await button('Keep the chart').click();
  await region('Deleted charts').getByText('Withdrawn').waitFor();
  assertCalm(owner);
});

test('a rule is tried out, decided for, waits, and is withdrawn', async () => {
  await owner.goto('/retention');
  const rule = region('How long charts are kept');
  await rule.getByText('No chart is removed by its age.').waitFor();
  await rule.getByText('Decide for another rule').click();
  await rule.getByLabel('Years after the last contact').fill('3');
  await rule.getByLabel('Birthday on which clients come of age').fill('18');
  await rule.getByLabel('Years after it, of minors').fill('1');
  await button('Count what it would remove').click();
  await rule.getByText('The time of 0 would be over now').waitFor();
  await button('Decide for this rule').click();
  await rule.getByText('shorter than').last().waitFor();
  await look(owner, 'retention-rule');
  await rule.getByLabel('Years after the last contact').fill('10');
  await rule.getByLabel('Years after it, of minors').fill('10');
  await button('Count what it would remove').click();
  await button('Decide for this rule').click();
  await rule.getByText('your practice keeps charts 10 years after the last contact').waitFor();
  await look(owner, 'retention-rule-waiting');
  await button('Withdraw this rule').click();
  await button('Withdraw this rule').waitFor({ state: 'detached' });
  await rule.getByText('No chart is removed by its age.').waitFor();
  assertCalm(owner);
});

test('a hold makes an end of a deletion that waits', async () => {
  const name = 'Zoë Łukasiewicz-Παπαδοπούλου';
  await caller.send(`POST /clients/${client}/deletion`, { ground: 'retention_over', client_name: name });
  await caller.send(`POST /clients/${client}/legal-holds`, { reason: 'A subpoena came.' });
  await owner.goto('/retention');
  await region('Deleted charts').getByText('Stopped by a hold').waitFor();
  await look(owner, 'retention');
  assertCalm(owner);
});
