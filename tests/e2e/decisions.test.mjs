// What decides about AI: all of it is stopped and allowed again, a version is pinned, and where the law asks for written consent,
// a session begins with it.

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
const drafting = () => owner.getByRole('listitem').filter({ hasText: 'Drafting notes' });

test('an owner sees what every rule says of a call, and pins a version', async () => {
  await owner.goto('/governance');
  await drafting().getByText('Would it be called now?').click();
  await drafting().getByText('AI is not stopped here').waitFor();
  assert.equal(await drafting().getByText('Depends on the session').count(), 1);
  await look(owner, 'decision');
  await drafting().getByText('Terms', { exact: true }).click();
  await drafting().getByLabel("Only today's version").check();
  await drafting().getByRole('button', { name: 'Save' }).click();
  await drafting().getByText(/Only version .* is called\./).waitFor();
  await owner.getByText('Read elsewhere:').first().waitFor();
  assertCalm(owner);
});

test('all AI is stopped with a reason, a draft is refused, and goes on once it is allowed again', async () => {
  await owner.getByText('Stop all AI', { exact: true }).first().click();
  await owner.getByLabel('Why all AI has to stop').fill('A draft named somebody else.');
  await look(owner, 'stop');
  await press('Stop all AI');
  const banner = owner.getByRole('status', { name: 'All AI is stopped' });
  await banner.getByText('A draft named somebody else.').waitFor();
  await look(owner, 'stopped');
  const { encounter } = await caller.typed();
  const asked = { template_id: 'soap', source: 'transcript' };
  const { job_id } = await caller.send(`POST /encounters/${encounter.id}/drafts`, asked);
  const job = await caller.done(job_id);
  assert.deepEqual([job.state, job.error], ['failed', 'ai_stopped']);
  await owner.reload();
  await owner.getByRole('region', { name: 'Table of calls' }).getByText('Ai stopped').first().waitFor();
  const usage = owner.getByRole('region', { name: 'What each system did' });
  await usage.getByText('Extract (embedded)').waitFor();
  await owner.getByRole('img', { name: /1 calls from .*, at most 1 a day/ }).waitFor();
  await owner.locator('.chart').scrollIntoViewIfNeeded();
  await look(owner, 'usage');
  const saving = owner.waitForEvent('download');
  await press('Save the report, with proof');
  assert.match((await saving).suggestedFilename(), /^ai-use-.*\.zip$/);
  await press('Allow AI again');
  await owner.getByText('Stop all AI', { exact: true }).first().waitFor();
  await banner.waitFor({ state: 'detached' });
  assertCalm(owner);
});

test('where the law asks for written consent, a session is not recorded without it', async () => {
  const { revision } = await caller.send('GET /practice');
  await caller.send('PATCH /practice', { jurisdiction: 'US-IL' }, { 'if-match': `"${revision}"` });
  const client = await caller.send('POST /clients', { given_name: 'Mara', family_name: 'Quint' });
  const form = { client_ids: [client.id], modality: 'individual', setting: 'in_person' };
  const encounter = await caller.send('POST /encounters', form);
  await owner.goto(`/sessions/${encounter.id}`);
  await owner.getByRole('heading', { name: 'First, consent' }).waitFor();
  await owner.getByText('Where you work, the law asks for that in writing.').waitFor();
  assert.equal(await owner.getByLabel('Verbal').count(), 0);
  await look(owner, 'written-consent');
  await press('Record consent');
  await owner.getByText('There is a live consent to record this session.').waitFor();
  const { items } = await caller.send(`GET /clients/${client.id}/consents`);
  assert.deepEqual(items.map((one) => one.kind).sort(), ['ai_processing', 'recording']);
  assert.ok(items.every((one) => one.method !== 'verbal'));
  await owner.goto('/governance');
  await owner.getByText('What the law asks of AI in US-IL').waitFor();
  await look(owner, 'rules');
  assertCalm(owner);
});
