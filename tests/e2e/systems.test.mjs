// A speech service elsewhere is looked at, switched on with its agreement, chosen, and used; the service is stood in for.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { assertCalm, launch, open } from './support/browser.mjs';
import { look } from './support/look.mjs';
import { Caller, signUp } from './support/people.mjs';
import { Server, excerpt } from './support/server.mjs';

const SAID = 'I take fifty milligrams of sertraline.';

let service, server, browser, owner;
let asked = 0;
before(async () => {
  service = createServer((request, response) => {
    request.resume().on('end', () => {
      asked += 1;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ text: SAID, segments: [{ start: 0.5, end: 3.5, text: ` ${SAID}`, avg_logprob: -0.1 }] }));
    });
  });
  await new Promise((done) => service.listen(0, '127.0.0.1', done));
  server = await Server.start({
    SPEECH_SERVICE_URL: `http://127.0.0.1:${service.address().port}/v1`,
    SPEECH_SERVICE_MODEL: 'whisper-large-v3',
    SPEECH_SERVICE_RUN_BY: 'Harbour Computing',
    ASSEMBLYAI_API_KEY: 'zebra',
  });
  browser = await launch();
  owner = await open(browser, server);
  await signUp(owner);
});
after(async () => {
  await browser?.close();
  await server?.stop();
  service?.close();
});

const elsewhere = () => owner.getByRole('listitem').filter({ hasText: 'Harbour Computing' });

test('a service elsewhere says where the sound goes, and is used once there is an agreement and it is chosen', async () => {
  await owner.goto('/governance');
  await elsewhere().getByText('leaves this computer').waitFor();
  assert.equal(await owner.getByRole('button', { name: 'Use this one' }).count(), 0);
  await look(owner, 'systems-elsewhere');
  await elsewhere().getByText('Switch on', { exact: true }).first().click();
  await owner.getByLabel('Agreement signed on').fill('2026-01-31');
  await look(owner, 'systems-agreement');
  await elsewhere().getByRole('button', { name: 'Switch on', exact: true }).click();
  await elsewhere().getByText('there is an agreement of January 31, 2026').waitFor();
  await elsewhere().getByRole('button', { name: 'Use this one' }).click();
  await elsewhere().getByText('In use').waitFor();
  await look(owner, 'systems-chosen');
  const caller = await Caller.signIn(server);
  assert.equal(asked, 0);
  const { encounter } = await caller.drafted(excerpt);
  assert.ok(asked > 0);
  await owner.goto(`/sessions/${encounter.id}`);
  await owner.getByText(SAID).first().waitFor();
  await owner.goto('/governance');
  await owner.getByRole('region', { name: 'Table of calls' }).getByText('speech-service').first().waitFor();
  await look(owner, 'systems-used');
  assertCalm(owner);
});

test('one session stays on this computer, although the practice uses a service', async () => {
  const caller = await Caller.signIn(server);
  const encounter = await caller.newSession();
  await owner.goto(`/sessions/${encounter.id}`);
  await owner.getByText('The sound leaves this computer, encrypted on its way, to Harbour Computing.').waitFor();
  await look(owner, 'session-elsewhere');
  await owner.getByLabel('Heard by').selectOption({ label: 'Heard by Whisper on this computer' });
  await owner.getByText('The sound stays on this computer.').waitFor();
  await look(owner, 'session-here');
  await owner.reload();
  await owner.getByText('The sound stays on this computer.').waitFor();
  assertCalm(owner);
});
