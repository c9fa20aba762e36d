// A practice's own AI system is entered in the app, and a program asks it with OpenAI's client library: this server is its base URL.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import OpenAI from 'openai';
import { assertCalm, launch, open } from './support/browser.mjs';
import { look } from './support/look.mjs';
import { Caller, signUp } from './support/people.mjs';
import { Server } from './support/server.mjs';

let model, server, browser, owner, caller, client;
const received = [];

/** A service that answers as OpenAI's does, whole or event by event. */
async function answer(request, response) {
  const body = JSON.parse(Buffer.concat(await request.toArray()).toString());
  received.push(body);
  const usage = { prompt_tokens: 20, completion_tokens: 4, total_tokens: 24 };
  const head = { id: 'chatcmpl-1', created: 1, model: body.model };
  if (!body.stream) {
    const message = { role: 'assistant', content: 'Dear school,' };
    const choices = [{ index: 0, message, finish_reason: 'stop' }];
    response.writeHead(200, { 'content-type': 'application/json' });
    return response.end(JSON.stringify({ ...head, object: 'chat.completion', choices, usage }));
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (choices, used) => {
    const chunk = { ...head, object: 'chat.completion.chunk', choices, usage: used };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  for (const content of ['Dear', ' school', ',']) {
    send([{ index: 0, delta: { content }, finish_reason: null }], null);
  }
  send([{ index: 0, delta: {}, finish_reason: 'stop' }], null);
  send([], usage);
  response.end('data: [DONE]\n\n');
}

before(async () => {
  model = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(model, 'listening');
  server = await Server.start({ OUTBOUND_ALLOWED_HOSTS: `127.0.0.1:${model.address().port}` });
  browser = await launch();
  owner = await open(browser, server);
  await signUp(owner);
  caller = await Caller.signIn(server);
});
after(async () => {
  await browser?.close();
  await server?.stop();
  model?.close();
});

const system = () => owner.getByRole('listitem').filter({ hasText: 'Letter helper' });
const messages = [{ role: 'user', content: 'Write to the school.' }];
const question = (metadata) => ({ model: 'own-letter-helper', messages, metadata });

test('an owner enters a system of the practice’s own and switches it on', async () => {
  await owner.goto('/governance');
  await owner.getByText('Add a system of your own').click();
  await owner.getByLabel('Name', { exact: true }).fill('Letter helper');
  await owner.getByLabel('Who runs it').fill('Cloud of Words');
  await owner.getByLabel('Address').fill(`http://127.0.0.1:${model.address().port}/v1`);
  await owner.getByRole('textbox', { name: 'Model' }).fill('words-1');
  await owner.getByLabel('Its key').fill('sk-of-the-clinic');
  await owner.getByLabel('Used for').fill('First versions of letters to schools and employers');
  await owner.getByLabel('What reading costs').fill('0.28');
  await owner.getByLabel('What writing costs').fill('0.42');
  await look(owner, 'own-system-form');
  await owner.getByRole('button', { name: 'Add', exact: true }).click();
  await system().getByText('there is no agreement with them').waitFor();
  await system().getByRole('switch').click();
  await owner.getByText('Switched on', { exact: true }).waitFor();
  await system().getByText('How programs ask it').click();
  await system().getByText('own-letter-helper').waitFor();
  await system().scrollIntoViewIfNeeded();
  await look(owner, 'own-system');
  assertCalm(owner);
});

test('OpenAI’s own client library asks it: what is made up, and not a client’s without an agreement', async () => {
  const { secret } = await caller.send('POST /api-keys', {
    name: 'the letter writer', permissions: ['ai.ask', 'clients.read', 'clients.all'], days: 30,
  });
  client = new OpenAI({ baseURL: `${server.address}/api/v1/ai`, apiKey: secret, maxRetries: 0 });
  const models = await client.models.list();
  assert.deepEqual(models.data.map((one) => one.id), ['own-letter-helper']);
  const whole = await client.chat.completions.create(question({ synthetic: 'true', letter: 'first' }));
  assert.equal(whole.choices[0].message.content, 'Dear school,');
  assert.deepEqual([received[0].model, received[0].metadata], ['words-1', { letter: 'first' }]);
  const stream = await client.chat.completions.create({ ...question({ synthetic: 'true' }), stream: true });
  let words = '';
  for await (const chunk of stream) words += chunk.choices[0]?.delta?.content ?? '';
  assert.equal(words, 'Dear school,');

  const { encounter } = await caller.typed();
  const about = { encounter_id: encounter.id };
  await assert.rejects(client.chat.completions.create(question(about)), (error) => {
    assert.ok(error instanceof OpenAI.ConflictError);
    assert.equal(error.code, 'agreement_missing');
    return true;
  });
  await assert.rejects(client.chat.completions.create(question({})), OpenAI.UnprocessableEntityError);
  await assert.rejects(
    new OpenAI({ baseURL: `${server.address}/api/v1/ai`, apiKey: 'none', maxRetries: 0 })
      .chat.completions.create(question({ synthetic: 'true' })),
    OpenAI.AuthenticationError,
  );
  assert.equal(received.length, 2, 'nothing of a client reached it');

  await system().getByText('Terms', { exact: true }).click();
  await system().getByLabel('Agreement signed on').fill('2026-01-31');
  await system().getByRole('button', { name: 'Save' }).click();
  await system().getByText('with whom there is an agreement of').waitFor();
  const allowed = await client.chat.completions.create(question(about));
  assert.equal(allowed.usage.total_tokens, 24);
});

test('the ledger shows each call and each refusal', async () => {
  await owner.reload();
  const table = owner.getByRole('region', { name: 'Table of calls' });
  await table.getByText('Agreement missing').waitFor();
  assert.equal(await table.getByText('own-letter-helper').count(), 4);
  assert.equal(await table.getByText('Made up').count(), 2);
  await table.scrollIntoViewIfNeeded();
  await look(owner, 'own-system-ledger');
  assertCalm(owner);
});
