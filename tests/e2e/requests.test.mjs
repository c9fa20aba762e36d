// A client asks for their record: it is written down, saved as PDF and FHIR, handed over; another request gets more time
// and is denied. They ask for a change, which is accepted, and for another, which is denied and disagreed with. The FHIR is
// valid, and the PDF says what the chart says.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import Fhir from 'fhir';
import { assertCalm, launch, open } from './support/browser.mjs';
import { look } from './support/look.mjs';
import { Caller, PASSWORD, signUp } from './support/people.mjs';
import { Server } from './support/server.mjs';

const validator = new Fhir.Fhir();

let server, browser, owner, caller, client;
before(async () => {
  server = await Server.start();
  browser = await launch();
  owner = await open(browser, server);
  await signUp(owner);
  caller = await Caller.signIn(server);
  const { encounter, note } = await caller.typed('Zoë', 'Łukasiewicz-Παπαδοπούλου');
  client = encounter.client_ids[0];
  await caller.send(`PATCH /clients/${client}`, { date_of_birth: '1987-05-04', pronouns: 'she/her', phone: '+1 555 0100' });
  await caller.send(`PATCH /encounters/${encounter.id}`, { started_at: '2026-11-02T15:00:00Z', ended_at: '2026-11-02T15:50:00Z', cpt_code: '90834' });
  const { revision } = await caller.send(`GET /notes/${note}`);
  await caller.send(`POST /notes/${note}/sign`, { password: PASSWORD }, { 'if-match': `"${revision}"` });
  await caller.send(`POST /notes/${note}/addenda`, { text: 'Called back: 5 < 6 & all is well.' });
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const button = (name) => owner.getByRole('button', { name, exact: true });

/** Where a file was saved; beside the pictures, where these are wanted, so that it can be looked at as well. */
async function saved(press) {
  const download = owner.waitForEvent('download');
  await press();
  const file = await download;
  const pictures = process.env.MINDSCRIBE_SCREENSHOTS;
  if (pictures) await file.saveAs(join(pictures, file.suggestedFilename()));
  return file.path();
}

function assertValid(bundle) {
  const { valid, messages } = validator.validate(bundle, { errorOnUnexpected: true });
  const errors = messages.filter((it) => it.severity === 'error');
  assert.ok(valid && errors.length === 0, JSON.stringify(errors, null, 1));
}

test('a request is written down on the client’s page and stands in the list by its clock', async () => {
  await owner.goto(`/clients/${client}`);
  await owner.getByRole('main').getByRole('link', { name: 'Requests', exact: true }).click();
  await owner.getByText('Nothing waits for an answer').waitFor();
  await look(owner, 'requests-none');
  await button('Records were asked for').click();
  await owner.getByLabel('Who asks').selectOption('third_party');
  await button('Save').click();
  await owner.getByText('Please fill this in.').waitFor();
  await owner.getByLabel('Who that is').fill('Their lawyer, 1 Harbour Street');
  await owner.getByLabel('In which form').selectOption('both');
  await look(owner, 'requests-write-down');
  await button('Save').click();
  await owner.getByText(/30 d left|29 d left/).waitFor();
  await caller.send(`POST /clients/${client}/record-requests`, { asker: 'client', received_on: '2026-10-01', form: 'pdf' });
  await owner.goto('/requests');
  const rows = owner.getByRole('region', { name: 'Waiting' }).getByRole('listitem');
  await rows.nth(1).waitFor();
  assert.match(await rows.first().textContent(), /Overdue/);
  await look(owner, 'requests');
  assertCalm(owner);
});

test('the record is saved as a PDF that says what the chart says, and as valid FHIR', async () => {
  const row = owner.getByRole('listitem').filter({ hasText: 'lawyer' });
  const pdf = await saved(() => row.getByRole('button', { name: 'Save as PDF' }).click());
  assert.equal(readFileSync(pdf).subarray(0, 5).toString(), '%PDF-');
  const text = execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' });
  for (const part of ['Record of Zoë Łukasiewicz-Παπαδοπούλου', '4 May 1987', '2 November 2026, 15:00 UTC', '50 minutes',
    'Slept four hours a night.', 'Vera Winter', '5 < 6 & all is well.', 'About four hours a night.', 'End.']) {
    assert.ok(text.includes(part), `${part} is missing in ${text}`);
  }
  const bundle = JSON.parse(readFileSync(await saved(() => row.getByRole('button', { name: 'Save as FHIR' }).click()), 'utf8'));
  assertValid(bundle);
  assert.equal(bundle.type, 'collection');
  const broken = structuredClone(bundle);
  delete broken.entry.find((it) => it.resource.resourceType === 'Encounter').resource.status;
  assert.equal(validator.validate(broken).valid, false, 'the validator finds what is missing');
});

test('a request is answered once: handed over, extended, denied', async () => {
  const lawyer = owner.getByRole('listitem').filter({ hasText: 'lawyer' });
  await lawyer.getByRole('button', { name: 'More time' }).click();
  await owner.getByLabel('Why it takes longer').fill('The chart is in the archive.');
  await look(owner, 'requests-more-time');
  await button('Save').click();
  await lawyer.getByText('Extended: The chart is in the archive.').waitFor();
  await lawyer.getByRole('button', { name: 'Handed over' }).click();
  await owner.getByLabel('How, and to whom').fill('By post, to the lawyer.');
  await button('Save').click();
  await owner.getByRole('region', { name: 'Answered' }).getByText('By post, to the lawyer.').waitFor();
  await owner.getByRole('listitem').filter({ hasText: 'Overdue' }).getByRole('button', { name: 'Deny' }).click();
  await owner.getByLabel('What they were told').fill('It would endanger your life. You may have this reviewed.');
  await look(owner, 'requests-deny');
  await button('Save').click();
  await owner.getByText('Nothing waits for an answer').waitFor();
  await look(owner, 'requests-answered');
  assertCalm(owner);
});

test('a change of a note is accepted, and another denied, disagreed with and rebutted', async () => {
  const [note] = (await caller.send(`GET /notes?client_id=${client}`)).items;
  await owner.goto(`/requests?client=${client}`);
  const ask = async (of, change) => {
    await button('A change was asked for').click();
    await owner.getByLabel('Of what').selectOption({ index: of });
    await owner.getByLabel('What is to be changed').fill(change);
    await owner.getByLabel('Why', { exact: true }).fill('I had misremembered.');
  };
  await ask(1, 'Six hours a night, not four.');
  await look(owner, 'requests-change');
  await button('Save').click();
  const first = owner.getByRole('listitem').filter({ hasText: 'Six hours a night, not four.' });
  await first.getByText(/A change of a note/).waitFor();
  await first.getByText(/60 d left|59 d left/).waitFor();
  await ask(0, 'The session of May is missing.');
  await button('Save').click();
  const second = owner.getByRole('listitem').filter({ hasText: 'The session of May is missing.' });
  await second.getByText(/A change of the record/).waitFor();
  await first.getByRole('button', { name: 'Accept' }).click();
  await owner.getByLabel('What was changed').fill('Six hours a night, as the client remembers it.');
  await look(owner, 'requests-accept');
  await button('Save').click();
  await first.getByRole('button', { name: 'Others were told' }).click();
  await owner.getByLabel('Who was told').fill('Dr Lund, their physician.');
  await button('Save').click();
  await first.getByText(/Dr Lund, their physician/).waitFor();
  await second.getByRole('button', { name: 'Deny' }).click();
  await owner.getByLabel('What they were told').fill('There was none. You may disagree in writing.');
  await look(owner, 'requests-deny-change');
  await button('Save').click();
  await second.getByRole('button', { name: 'They disagree' }).click();
  await owner.getByLabel('What they say').fill('I was there in May.');
  await button('Save').click();
  await second.getByRole('button', { name: 'Rebut' }).click();
  await owner.getByLabel('What you say to that').fill('The calendar has no session in May.');
  await button('Save').click();
  await second.getByText(/The calendar has no session in May/).waitFor();
  await look(owner, 'requests-changes-answered');
  const { addenda } = await caller.send(`GET /notes/${note.id}`);
  assert.match(addenda.at(-1).text, /client's request of .*: Six hours a night, as the client remembers it\.$/);
  assertCalm(owner);
});

test('what was answered goes with the record', async () => {
  await caller.send(`POST /clients/${client}/record-requests`, { asker: 'client', received_on: '2026-11-01', form: 'both' });
  await owner.reload();
  const row = owner.getByRole('region', { name: 'Waiting' }).getByRole('listitem');
  const pdf = await saved(() => row.getByRole('button', { name: 'Save as PDF' }).click());
  const text = execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' }).replace(/\s+/g, ' ');
  for (const part of ['Six hours a night, not four.', 'Dr Lund, their physician.', 'Changes that were asked for',
    'The session of May is missing.', 'I was there in May.', 'The calendar has no session in May.']) {
    assert.ok(text.includes(part), `${part} is missing in ${text}`);
  }
  assertValid(JSON.parse(readFileSync(await saved(() => row.getByRole('button', { name: 'Save as FHIR' }).click()), 'utf8')));
  assertCalm(owner);
});

test('a note is saved from its page on paper, as a valid FHIR document too', async () => {
  const [note] = (await caller.send(`GET /notes?client_id=${client}`)).items;
  await owner.goto(`/notes/${note.id}/print`);
  const pdf = await saved(() => button('Save as PDF').click());
  assert.match(execFileSync('pdftotext', [pdf, '-'], { encoding: 'utf8' }), /Note about Zoë/);
  const document = JSON.parse(readFileSync(await saved(() => button('Save as FHIR').click()), 'utf8'));
  assertValid(document);
  assert.equal(document.type, 'document');
  assert.equal(document.entry[0].resource.status, 'amended');
  await look(owner, 'note-on-paper');
  assertCalm(owner);
});

test('what was disclosed is written down, corrected, struck and accounted for', async () => {
  await owner.goto(`/clients/${client}`);
  await owner.getByRole('link', { name: 'Disclosures', exact: true }).click();
  await owner.getByText('Nothing was written down yet').waitFor();
  await owner.getByText(/No accounting was made yet/).waitFor();
  await look(owner, 'disclosures-none');
  const record = async (fields) => {
    await button('Record a disclosure').click();
    for (const [label, text] of Object.entries(fields)) await owner.getByLabel(label, { exact: true }).fill(text);
  };
  await record({ 'To whom': 'Couny court', What: 'The dates of sessions.' });
  await owner.getByLabel('Their address').fill('1 Harbour Street, Springfield');
  await owner.getByLabel('Why, in words').fill('Subpoena 12/2026.');
  await owner.getByLabel('How often').fill('weekly');
  await look(owner, 'disclosures-record');
  await button('Save').click();
  await owner.getByText('Please fill this in.').or(owner.getByText('Of several, the last day is needed too.')).first().waitFor();
  await owner.getByLabel('How often').fill('');
  await button('Save').click();
  const wrong = owner.getByRole('listitem').filter({ hasText: 'Couny court' });
  await wrong.getByRole('button', { name: 'Correct' }).click();
  assert.equal(await owner.getByLabel('Why, in words').inputValue(), 'Subpoena 12/2026.');
  await owner.getByLabel('To whom', { exact: true }).fill('County court');
  await button('Save').click();
  await wrong.getByText('Corrected').waitFor();
  await caller.send(`POST /clients/${client}/disclosures`, {
    disclosed_on: '2026-03-02', recipient: 'The police', what: 'That there was a session.', purpose: 'law_enforcement',
    suspended_until: '2999-01-01', suspended_words: 'Detective Lund, in writing.',
  });
  await caller.send(`POST /clients/${client}/disclosures`, {
    disclosed_on: '2026-02-02', recipient: 'The health department', what: 'A diagnosis.', purpose: 'public_health',
    frequency: 'monthly', last_on: '2026-06-02',
  });
  await caller.send(`POST /clients/${client}/disclosures`, {
    disclosed_on: '2026-01-02', recipient: 'Nobody', what: 'Nothing.', purpose: 'other', words: 'By mistake.',
  });
  await owner.reload();
  await owner.getByRole('listitem').filter({ hasText: 'Nobody' }).getByRole('button', { name: 'Strike' }).click();
  await owner.getByText('There was no such disclosure.').first().waitFor();
  await look(owner, 'disclosures');
  const pdf = await saved(() => button('Save the accounting as PDF').click());
  const text = execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' }).replace(/\s+/g, ' ');
  for (const part of ['Accounting of disclosures about Zoë Łukasiewicz-Παπαδοπούλου', '2 February 2026', 'monthly, the last on 2 June 2026',
    'The health department', '45 CFR 164.512(b)', 'County court', '1 Harbour Street, Springfield', 'Subpoena 12/2026.', 'End.']) {
    assert.ok(text.includes(part), `${part} is missing in ${text}`);
  }
  for (const part of ['Couny', 'police', 'Lund', 'Nobody']) assert.ok(!text.includes(part), `${part} is in ${text}`);
  await owner.reload();
  await owner.getByText(/The last accounting was made on/).waitFor();
  assertCalm(owner);
});
