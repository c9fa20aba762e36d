// What a therapist does in the app, and the same over HTTP where a test is about something else.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { totp } from './totp.mjs';

export const PASSWORD = 'a quiet sentence that nobody else uses';
export const EMAIL = 'vera@practice.example';

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

export async function register(page) {
  await page.goto('/sign-up');
  await page.getByLabel('Practice name').fill('Lindenhof Practice');
  await page.getByLabel('Your name').fill('Vera Winter');
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.getByLabel('Password').fill(PASSWORD);
  await press(page, 'Create practice');
  await page.waitForURL('**/account');
}

/** At the clients. */
export async function arrived(page) {
  await page.waitForURL('**/clients');
  await page.getByRole('heading', { name: 'Clients', exact: true }).waitFor();
}

/** The owner's recovery codes: each signs in once more. */
let codes = [];

/** A recovery code of the owner's that was not used. */
export const recoveryCode = () => codes.pop();

/** Registers, and sets up the second step without which an owner gets nowhere. */
export async function signUp(page) {
  await register(page);
  const secret = await beginSecondStep(page);
  await page.getByLabel('Code from your app').fill(totp(secret));
  await press(page, 'Confirm');
  await page.getByRole('heading', { name: 'Recovery codes' }).waitFor();
  codes = (await page.locator('.codes').textContent()).split('\n');
  await press(page, 'I have kept them');
  await arrived(page);
}

/** From the account's page to the QR code; its secret. */
export async function beginSecondStep(page) {
  await press(page, 'Set up');
  await page.getByLabel('Your password, again').fill(PASSWORD);
  await page.getByRole('dialog').getByRole('button', { name: 'Set up' }).click();
  await page.getByRole('img', { name: 'QR code for an authenticator app' }).waitFor();
  return page.locator('.card code').first().textContent();
}

export async function signIn(page) {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.getByLabel('Password').fill(PASSWORD);
  await press(page, 'Sign in');
  await press(page, 'Use a recovery code');
  await page.getByLabel('Recovery code').fill(recoveryCode());
  await press(page, 'Sign in');
  await arrived(page);
}

export async function addClient(page, given = 'Mara', family = 'Quint') {
  await press(page, 'Add client');
  await page.getByLabel('First name').fill(given);
  await page.getByLabel('Last name').fill(family);
  await page.getByLabel('Date of birth').fill('1987-05-04');
  await page.getByLabel('Pronouns').fill('she/her');
  await press(page, 'Save client');
  await page.getByRole('heading', { name: `${given} ${family}` }).waitFor();
}

/** From a client's page to a session that may be recorded. */
export async function beginSession(page) {
  await press(page, 'New session');
  await page.waitForURL('**/sessions/*');
  await page.getByRole('heading', { name: 'First, consent' }).waitFor();
  assert.ok(await page.locator('#audio-file').isDisabled(), 'nothing can be sent before there is a consent');
  assert.ok(await page.getByRole('button', { name: 'Start recording' }).isDisabled());
  await press(page, 'Record consent');
  await page.getByText('There is a live consent to record this session.').waitFor();
}

/** The same person as a program: signed in over HTTP. */
export class Caller {
  static async signIn(server, register = false) {
    const caller = new Caller();
    caller.base = `${server.address}/api/v1`;
    const who = { email: EMAIL, password: PASSWORD };
    const practice = { practice_name: 'Lindenhof Practice', name: 'Vera Winter', jurisdiction: 'US-CA' };
    if (register) {
      caller.token = (await caller.send('POST /auth/register', { ...practice, ...who })).access_token;
      const { secret } = await caller.send('POST /me/second-factors/totp', { password: PASSWORD });
      ({ codes } = await caller.send('POST /me/second-factors/totp/confirm', { code: totp(secret) }));
      return caller;
    }
    const { mfa_token } = await caller.send('POST /auth/login', who);
    const shown = { mfa_token, method: 'recovery_code', code: recoveryCode() };
    caller.token = (await caller.send('POST /auth/mfa', shown)).access_token;
    return caller;
  }

  get headers() {
    return this.token ? { authorization: `Bearer ${this.token}` } : {};
  }

  async send(operation, body, headers = {}) {
    const [method, path] = operation.split(' ');
    const answer = await fetch(this.base + path, {
      method,
      headers: { ...this.headers, ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${operation}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  /** A client who agrees, and a session with them. */
  async newSession(given = 'Mara', family = 'Quint') {
    const client = await this.send('POST /clients', { given_name: given, family_name: family });
    for (const kind of ['recording', 'ai_processing']) {
      await this.send(`POST /clients/${client.id}/consents`, { kind, text_version: '2026-11', method: 'verbal' });
    }
    const form = { client_ids: [client.id], modality: 'individual', setting: 'in_person' };
    return this.send('POST /encounters', form);
  }

  /** Sends a file in one request. */
  async upload(encounter, file, type) {
    const answer = await fetch(`${this.base}/encounters/${encounter.id}/recordings`, {
      method: 'POST',
      headers: { ...this.headers, 'content-type': type },
      body: readFileSync(file),
    });
    assert.equal(answer.status, 201, await answer.clone().text());
    return answer.json();
  }

  /** Waits for the end of a job by its events. */
  async done(job) {
    const stop = new AbortController();
    const stream = await fetch(`${this.base}/events`, { headers: this.headers, signal: stop.signal });
    let view = await this.send(`GET /jobs/${job}`);
    let text = '';
    const decoder = new TextDecoder();
    const reader = stream.body.getReader();
    while (['queued', 'running'].includes(view.state)) {
      const { value } = await reader.read();
      text += decoder.decode(value, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop();
      for (const block of blocks) {
        const data = block.split('\n').find((line) => line.startsWith('data:'));
        const event = data && JSON.parse(data.slice(5));
        if (event?.id === job) view = event;
      }
    }
    stop.abort();
    return view;
  }

  /** A session with a finished draft made from real speech. */
  async drafted(file, ...name) {
    const encounter = await this.newSession(...name);
    const recording = await this.upload(encounter, file, 'audio/ogg');
    const job = await this.done(recording.job_id);
    assert.equal(job.state, 'succeeded', JSON.stringify(job));
    return { encounter, recording, note: job.note_id };
  }

  /** A session whose words were typed, with a note that has one sentence. */
  async typed(...name) {
    const encounter = await this.newSession(...name);
    const lines = [
      { role: 'therapist', text: 'Did you sleep at all last week?' },
      { role: 'client', text: 'About four hours a night.' },
    ];
    const transcript = await this.send(`PUT /encounters/${encounter.id}/transcript`, { lines }, { 'if-none-match': '*' });
    const note = await this.send('POST /notes', { encounter_id: encounter.id, template_id: 'soap' });
    const sentences = [{ text: 'Slept four hours a night.', origin: 'clinician', evidence: [transcript.segments[1].id] }];
    const sections = [{ key: 'subjective', title: 'Subjective', sentences }];
    await this.send(`PATCH /notes/${note.id}`, { sections }, { 'if-match': `"${note.revision}"` });
    return { encounter, note: note.id };
  }
}
