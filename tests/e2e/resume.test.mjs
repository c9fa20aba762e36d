// Uploads that are cut off go on where they stopped: in the app, and with a standard tus client.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as tus from 'tus-js-client';
import { assertCalm, launch, open } from './support/browser.mjs';
import { Caller, addClient, beginSession, signUp } from './support/people.mjs';
import { Server, excerpt, quietNoise } from './support/server.mjs';

let server, browser, long;

before(async () => {
  server = await Server.start();
  // Some megabytes: large enough to be cut off in the middle.
  long = join(server.folder, 'long.wav');
  writeFileSync(long, quietNoise(120));
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test('in the app an upload goes on after the connection was cut and after the server was killed', async () => {
  const page = await open(browser, server);
  await signUp(page);
  await addClient(page);
  await beginSession(page);
  // The second piece is cut off, then the server is killed while the app waits.
  const offsets = [];
  let cut = 0;
  await page.route('**/api/v1/uploads/**', async (route) => {
    const request = route.request();
    if (request.method() === 'PATCH') {
      offsets.push(Number(request.headers()['upload-offset']));
      if (offsets.length === 2) {
        cut += 1;
        await route.abort('connectionreset');
        await server.kill();
        await server.restart();
        return;
      }
    }
    await route.continue();
  });
  await page.locator('#audio-file').setInputFiles(long);
  await page.getByRole('heading', { name: 'No speech was found' }).waitFor({ timeout: 120_000 });
  assert.equal(cut, 1);
  assert.ok(offsets[1] > 0, 'the first piece had arrived');
  assert.equal(offsets.filter((it) => it === 0).length, 1, `it did not begin again: ${offsets}`);
  assert.deepEqual(offsets.slice(2), [...offsets.slice(2)].sort((a, b) => a - b));
  assertCalm(page);
});

test('a standard tus client can upload, and resume after an aborted PATCH and a killed server', async () => {
  const caller = await Caller.signIn(server);
  const encounter = await caller.newSession();
  const bytes = readFileSync(long);
  const sent = [];
  const options = (done, failed) => ({
    endpoint: `${caller.base}/uploads`,
    headers: caller.headers,
    metadata: { encounter_id: encounter.id, filename: 'session.wav', filetype: 'audio/wav' },
    chunkSize: 1024 * 1024,
    retryDelays: null,
    onSuccess: done,
    onError: failed,
    onChunkComplete: (size, at) => sent.push(at),
  });
  // Aborted after the first piece.
  const url = await new Promise((resolve, reject) => {
    const upload = new tus.Upload(bytes, {
      ...options(reject, reject),
      onChunkComplete: async (size, at) => {
        sent.push(at);
        await upload.abort();
        resolve(upload.url);
      },
    });
    upload.start();
  });
  await server.kill();
  await server.restart();
  const again = await Caller.signIn(server);
  await new Promise((resolve, reject) => {
    const upload = new tus.Upload(bytes, { ...options(resolve, reject), uploadUrl: url, headers: again.headers });
    upload.start();
  });
  assert.equal(sent.at(-1), bytes.length);
  assert.ok(sent[1] > sent[0], `it went on where it stopped: ${sent}`);
  const { recording } = await again.send(`GET /encounters/${encounter.id}`);
  const view = await again.send(`GET /recordings/${recording.id}`);
  assert.equal(view.size, bytes.length);
  const audio = await fetch(`${again.base}/recordings/${recording.id}/audio`, { headers: again.headers });
  assert.ok(Buffer.from(await audio.arrayBuffer()).equals(bytes), 'the same bytes come back');
});

test('a standard tus client can send the checksum, create with the first bytes, and terminate', async () => {
  const caller = await Caller.signIn(server);
  const encounter = await caller.newSession();
  const offered = await fetch(`${caller.base}/uploads`, { method: 'OPTIONS' });
  assert.equal(offered.headers.get('tus-version'), '1.0.0');
  for (const one of ['creation', 'creation-with-upload', 'termination', 'expiration', 'checksum']) {
    assert.ok(offered.headers.get('tus-extension').split(',').includes(one), one);
  }
  const bytes = readFileSync(excerpt);
  const upload = (done, more) =>
    new tus.Upload(bytes, {
      endpoint: `${caller.base}/uploads`,
      headers: caller.headers,
      metadata: { encounter_id: encounter.id, filename: 'session.ogg', filetype: 'audio/ogg' },
      retryDelays: null,
      uploadDataDuringCreation: true,
      onError: (error) => done(error),
      ...more,
    });
  // Terminated before it is whole: it is gone.
  const gone = await new Promise((resolve, reject) => {
    const one = upload(reject, {
      chunkSize: 16 * 1024,
      onSuccess: () => reject(new Error('it was not stopped')),
      onChunkComplete: async () => {
        await one.abort(true);
        resolve(one.url);
      },
    });
    one.start();
  });
  const head = await fetch(gone, { method: 'HEAD', headers: { ...caller.headers, 'tus-resumable': '1.0.0' } });
  assert.ok([404, 410].includes(head.status), String(head.status));
  await new Promise((resolve, reject) => upload(reject, { onSuccess: resolve }).start());
  const { recording } = await caller.send(`GET /encounters/${encounter.id}`);
  assert.ok(recording);
});
