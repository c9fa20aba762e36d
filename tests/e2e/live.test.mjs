// A session is sent while it is recorded. Whatever dies meanwhile, what was heard before is there afterwards.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertCalm, launch, launchKept, open, picture, watch } from './support/browser.mjs';
import { Caller, addClient, beginSession, signIn, signUp } from './support/people.mjs';
import { Server, quietNoise } from './support/server.mjs';
import { blocks } from './support/webm.mjs';

const MICROPHONE = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

let server;
before(async () => {
  server = await Server.start();
});
after(async () => {
  await server?.stop();
});

/** What recorders hand over, take by take, told as it happens: it is known even if the page dies right after. */
async function listen(page, takes) {
  page.on('console', (message) => {
    const [mark, take, bytes] = message.text().split(' ');
    if (mark === 'take') takes.push([]);
    if (mark === 'heard') takes.at(-1).push({ bytes: Buffer.from(bytes, 'base64'), at: Date.now(), take });
  });
  await page.addInitScript(() => {
    const Real = window.MediaRecorder;
    window.MediaRecorder = class extends Real {
      constructor(...all) {
        super(...all);
        console.debug('take');
        this.addEventListener('dataavailable', async (event) => {
          const bytes = new Uint8Array(await event.data.arrayBuffer());
          let text = '';
          for (const byte of bytes) text += String.fromCharCode(byte);
          console.debug(`heard x ${btoa(text)}`);
        });
      }
    };
  });
}

const seconds = (page, wanted) =>
  page.waitForFunction(
    (least) => {
      const [minutes, rest] = (document.querySelector('[role=timer]')?.textContent ?? '0:0').split(':').map(Number);
      return minutes * 60 + rest >= least;
    },
    wanted,
    { timeout: 60_000 },
  );

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

/** Waits until a PATCH was answered well: the server has what was said until shortly before. */
const receipt = (page) =>
  page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.status() === 204, { timeout: 30_000 });

async function recordingOf(caller, id) {
  const { recording } = await caller.send(`GET /encounters/${id}`);
  const answer = await fetch(`${caller.base}/recordings/${recording.id}/audio`, { headers: caller.headers });
  assert.ok(answer.ok);
  return Buffer.from(await answer.arrayBuffer());
}

/** What lies in the app's own database of the browser. */
const keptIn = (page) =>
  page.evaluate(async () => {
    const done = (request) => new Promise((tell) => (request.onsuccess = () => tell(request.result)));
    const database = await done(indexedDB.open('mindscribe'));
    const all = (name) => done(database.transaction(name).objectStore(name).getAll());
    const pieces = (await all('pieces')).map(([offset, nonce, sealed]) => ({
      offset,
      sealed: Array.from(new Uint8Array(sealed)),
    }));
    const recordings = await all('recordings');
    database.close();
    return { pieces, recordings };
  });

/** From the clients to a new session with somebody who has agreed. */
async function anotherSession(page) {
  await page.getByRole('link', { name: /Quint/ }).first().click();
  await press(page, 'New session');
  await page.waitForURL('**/sessions/*');
  await page.getByText('There is a live consent to record this session.').waitFor();
}

const sessionOf = (page) => page.url().split('/').at(-1);

/** All blocks of all takes are in the file, in their order; `lost` of the last of a take may be missing. */
function assertHeard(file, takes, lost) {
  const { payloads, times } = blocks(file);
  assert.ok(times.every((time, at) => at === 0 || time >= times[at - 1]), 'time goes on');
  let at = 0;
  let missing = 0;
  for (const take of takes) {
    const said = blocks(Buffer.concat(take.map((piece) => piece.bytes))).payloads;
    let kept = 0;
    while (kept < said.length && payloads[at + kept] === said[kept]) kept += 1;
    missing += said.length - kept;
    at += kept;
  }
  assert.equal(at, payloads.length, 'nothing else is in it');
  assert.ok(missing <= lost, `${missing} blocks are missing`);
  return { blocks: payloads.length, missing };
}

test('a recording outlives the browser, the server and the network, and goes on', { timeout: 300_000 }, async () => {
  const home = mkdtempSync(join(tmpdir(), 'mindscribe-browser-'));
  const takes = [];
  const begin = async () => {
    const context = await launchKept(home, server, MICROPHONE);
    const page = watch(await context.newPage());
    await listen(page, takes);
    return { context, page };
  };
  let { context, page } = await begin();
  try {
    await signUp(page);
    await addClient(page);
    await beginSession(page);
    const id = sessionOf(page);
    await press(page, 'Start recording');
    await seconds(page, 3);
    await page.getByText('Sound is kept here, encrypted, every second').waitFor();

    // --- it goes on wherever somebody goes
    await page.getByRole('link', { name: 'Practice', exact: true }).click();
    await page.getByRole('heading', { name: 'Practice', exact: true }).waitFor();
    await receipt(page);
    await page.goBack();
    await page.getByRole('heading', { name: 'Recording', exact: true }).waitFor();

    // --- the network goes, and comes back
    await receipt(page);
    await context.setOffline(true);
    await page.getByText('The connection is gone.').waitFor();
    await picture(page, 'recorder-without-network');
    await context.setOffline(false);
    await receipt(page);

    // --- the server is killed, and comes back
    await server.kill();
    await page.getByText('The connection is gone.').waitFor();
    await server.restart();
    await receipt(page);

    // --- the browser is killed, while nothing arrives: what was heard is on this computer only
    await context.setOffline(true);
    await page.getByText('The connection is gone.').waitFor();
    await seconds(page, 14);
    await context.kill();

    ({ context, page } = await begin());
    await signIn(page);
    await page.getByText('A recording was cut off').click();
    await page.getByRole('heading', { name: 'The recording was cut off' }).waitFor();
    await page.getByText('are on the way.').waitFor({ state: 'detached' });
    await page.getByText('All of it has arrived.').waitFor();
    assert.deepEqual((await keptIn(page)).pieces, [], 'the server has it, the browser no more');
    await picture(page, 'recording-cut-off');
    const caller = await Caller.signIn(server);
    const { arriving } = await caller.send(`GET /encounters/${id}`);
    assert.ok(arriving.received > 0);

    // --- and goes on
    await press(page, 'Go on recording');
    await page.getByRole('heading', { name: 'Recording', exact: true }).waitFor();
    await seconds(page, 19);
    await press(page, 'Stop');
    await page.getByRole('heading', { name: /No speech was found|Session/ }).first().waitFor();
    await page.getByRole('heading', { name: 'No speech was found' }).waitFor({ timeout: 120_000 });
    const file = await recordingOf(caller, id);
    assert.equal(takes.length, 2);
    // A second has some 17 blocks: what had been handed over a moment before the browser was killed may be gone.
    assertHeard(file, takes, 17);
    assert.deepEqual(await keptIn(page), { pieces: [], recordings: [] }, 'nothing stays in the browser');
    assertCalm(page);
  } finally {
    await context.close().catch(() => {});
    rmSync(home, { recursive: true, force: true });
  }
});

// `MINDSCRIBE_KILLS=100 node --test live.test.mjs` prints how much of 100 was lost.
const KILLS = Number(process.env.MINDSCRIBE_KILLS ?? 4);

test(`nothing that was kept is lost in ${KILLS} kills of the page and the server`, { timeout: 120_000 + KILLS * 30_000 }, async (t) => {
  const browser = await launch(MICROPHONE);
  const takes = [];
  let page = await open(browser, server, { permissions: ['microphone'] });
  const context = page.context();
  await listen(page, takes);
  await signIn(page);
  await anotherSession(page);
  const address = page.url();
  await press(page, 'Start recording');
  for (let kill = 0; kill < KILLS; kill += 1) {
    await receipt(page);
    if (kill % 2 === 0) {
      const crashed = page.waitForEvent('crash');
      page.goto('chrome://crash').catch(() => {});
      await crashed;
      await page.close();
      page = watch(await context.newPage());
      await listen(page, takes);
      await page.goto(address);
      await page.getByRole('heading', { name: 'The recording was cut off' }).waitFor();
      await press(page, 'Go on recording');
      await page.getByRole('heading', { name: 'Recording', exact: true }).waitFor();
    } else {
      await server.kill();
      await server.restart();
    }
  }
  await receipt(page);
  await press(page, 'Stop');
  await page.getByRole('heading', { name: 'No speech was found' }).waitFor({ timeout: 120_000 });
  const caller = await Caller.signIn(server);
  const file = await recordingOf(caller, address.split('/').at(-1));
  // Of a page that was killed, what its recorder had handed over in the last moment may be gone: a piece at most.
  const { blocks: kept, missing } = assertHeard(file, takes, Math.ceil(KILLS / 2) * 17);
  t.diagnostic(`${KILLS} kills: ${kept} blocks of 60 ms kept, ${missing} lost that were on their way to the disk`);
  await browser.close();
});

test('what is kept in the browser cannot be read there', { timeout: 120_000 }, async () => {
  const browser = await launch(MICROPHONE);
  const page = await open(browser, server, { permissions: ['microphone'] });
  const takes = [];
  await listen(page, takes);
  await signIn(page);
  await anotherSession(page);
  await press(page, 'Start recording');
  await receipt(page);
  await page.context().setOffline(true);
  await page.getByText('The connection is gone.').waitFor();
  const { pieces: stored } = await keptIn(page);
  assert.ok(stored.length > 0);
  const said = blocks(Buffer.concat(takes[0].map((piece) => piece.bytes))).payloads.map((one) => Buffer.from(one, 'base64'));
  assert.ok(said.some((payload) => payload.length >= 16), 'something would be recognised');
  for (const { sealed } of stored) {
    const bytes = Buffer.from(sealed);
    assert.ok(said.every((payload) => payload.length < 16 || !bytes.includes(payload)), 'it is sealed');
  }
  await page.context().setOffline(false);
  await press(page, 'Stop');
  await page.getByRole('heading', { name: 'No speech was found' }).waitFor({ timeout: 120_000 });
  await browser.close();
});

test('what arrived from another browser can be ended here', { timeout: 120_000 }, async () => {
  const caller = await Caller.signIn(server);
  const encounter = await caller.newSession('Other', 'Browser');
  const sound = quietNoise(3);
  const tus = { ...caller.headers, 'tus-resumable': '1.0.0' };
  const encoded = (text) => Buffer.from(text).toString('base64');
  const begun = await fetch(`${caller.base}/uploads`, {
    method: 'POST',
    headers: { ...tus, 'upload-defer-length': '1', 'upload-metadata': `encounter_id ${encoded(encounter.id)}` },
  });
  assert.equal(begun.status, 201);
  const sent = await fetch(new URL(begun.headers.get('location'), caller.base), {
    method: 'PATCH',
    headers: { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    body: sound,
  });
  assert.equal(sent.status, 204);

  const browser = await launch();
  const page = await open(browser, server);
  await signIn(page);
  await page.goto(`/sessions/${encounter.id}`);
  await page.getByRole('heading', { name: 'This session is being recorded, or was cut off' }).waitFor();
  await picture(page, 'recording-elsewhere');
  await press(page, 'Finish');
  await page.getByRole('heading', { name: 'No speech was found' }).waitFor({ timeout: 120_000 });
  assert.ok((await recordingOf(caller, encounter.id)).equals(sound), 'what had arrived');
  assertCalm(page);
  await browser.close();
});
