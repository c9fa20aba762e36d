// The owner invites a clinician, who joins by the link in the mail; the owner ends their access, and
// their next click lands on the sign-in page. What roles without a chart see is usable and has no chart.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertCalm, launch, open } from './support/browser.mjs';
import { look } from './support/look.mjs';
import { linkFor } from './support/mail.mjs';
import { Caller, PASSWORD, signUp } from './support/people.mjs';
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

const button = (page, name) => page.getByRole('button', { name, exact: true });

/** By keyboard: the dialog takes the focus and gives it back. */
async function invite(email, role) {
  await owner.goto('/people');
  await button(owner, 'Invite').focus();
  await owner.keyboard.press('Enter');
  await owner.getByLabel('E-mail').waitFor();
  await owner.keyboard.type(email);
  await owner.getByRole('dialog').getByLabel('Role').selectOption(role);
  await owner.keyboard.press('Enter');
  await owner.getByText('The invitation is on its way').waitFor();
  await owner.getByRole('region', { name: 'Invited' }).getByText(email).waitFor();
  return linkFor(server, email, 'invitation');
}

async function joining(email, role, name) {
  const link = await invite(email, role);
  const page = await open(browser, server);
  await page.goto(link);
  await page.getByLabel('Your name').waitFor();
  assert.ok(!page.url().includes('#'), 'the token leaves the address');
  return { page, link, finish: async () => {
    await page.getByLabel('Your name').fill(name);
    await page.getByLabel('Password').fill(PASSWORD);
    await button(page, 'Join').click();
  } };
}

test('an invited clinician joins, and is out with the next click when their access ends', async () => {
  const { page, link, finish } = await joining('robin@practice.example', 'clinician', 'Robin Sommer');
  await page.getByText('You join Lindenhof Practice as clinician.').waitFor();
  await look(page, 'invitation');
  await look(owner, 'people-invited');
  await finish();
  await page.waitForURL('**/clients');
  assert.equal(await page.getByRole('link', { name: 'People' }).count(), 0, 'a clinician has no entry for people');

  const late = await open(browser, server);
  await late.goto(link);
  await late.getByText('This invitation is over.').waitFor();
  await look(late, 'invitation-over');

  await owner.goto('/people');
  const robin = owner.getByRole('listitem').filter({ hasText: 'robin@practice.example' });
  await robin.getByRole('switch', { name: 'Access of Robin Sommer' }).click();
  await robin.getByText('No access').waitFor();
  await look(owner, 'people');
  // Their open stream of events is cut off, so they need not even click.
  await page.waitForURL('**/sign-in**');
  await robin.getByRole('switch').click();
  await owner.getByText('They can sign in again').waitFor();
  assertCalm(owner);
  assertCalm(page);
  assertCalm(late);
});

test('a biller sees when sessions were and their codes, and no way into a chart', async () => {
  const caller = await Caller.signIn(server);
  const encounter = await caller.newSession('Mara', 'Quint');
  await caller.send(`PATCH /encounters/${encounter.id}`, { cpt_code: '90834' });
  const { page, finish } = await joining('biller@practice.example', 'biller', 'Billie Summe');
  await finish();
  await page.waitForURL('**/clients');
  await page.getByRole('link', { name: 'Mara Quint' }).click();
  await page.getByText('CPT 90834').waitFor();
  assert.equal(await page.getByRole('heading', { name: 'Consents' }).count(), 0);
  assert.equal(await page.getByRole('button', { name: 'New session' }).count(), 0);
  await look(page, 'biller');
  await page.goto(`/sessions/${encounter.id}`);
  await page.getByText('Your role does not open sessions').waitFor();
  assertCalm(page);
});

test('a role given to somebody holds with their next click', async () => {
  await owner.goto('/people');
  const biller = owner.getByLabel('Role of Billie Summe');
  await biller.selectOption('auditor');
  await owner.getByText('The new role holds from now on').waitFor();
  const row = owner.getByRole('row', { name: 'Read the audit trail' });
  assert.equal(await row.getByText('yes').count(), 3, 'owner, administrator and auditor');
});
