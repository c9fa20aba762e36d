// Debian's nginx with our configuration in front of the real API.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { Caller } from './support/people.mjs';
import { Server, freePort, quietNoise, webRoot } from './support/server.mjs';

const templates = resolve(import.meta.dirname, '../../nginx');
const program = [process.env.MINDSCRIBE_TEST_NGINX, '/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx'].find((it) => it && existsSync(it));
const brotli = ['/usr/lib/nginx/modules/ngx_http_brotli_static_module.so', '/usr/share/nginx/modules/ngx_http_brotli_static_module.so'].find((it) => existsSync(it));
const skip = !program && 'nginx is not installed';

let server, nginx, port, log;
before(async () => {
  if (skip) return;
  server = await Server.start();
  port = await freePort();
  const run = join(server.folder, 'nginx');
  mkdirSync(run, { mode: 0o777 });
  const [explanation, ...rest] = readFileSync(join(templates, 'nginx.conf.template'), 'utf8').split('\n\n');
  const values = {
    LISTEN: `127.0.0.1:${port}`,
    API_UPSTREAM: `http://127.0.0.1:${server.port}`,
    WEB_ROOT: webRoot,
    NGINX_DIR: templates,
    RUN_DIR: run,
    LOAD_BROTLI: brotli ? `load_module ${brotli};` : '',
    BROTLI: brotli ? 'brotli_static on;' : '',
    RESOLVER: '',
  };
  const filled = rest.join('\n\n').replace(/\$\{([A-Z_]+)\}/g, (_, name) => values[name]);
  // Workers give up root, and the folders of this machine are not theirs to read.
  const owner = process.getuid() === 0 ? 'user root;\n' : '';
  const file = join(run, 'nginx.conf');
  writeFileSync(file, `${owner}${filled}`);
  assert.ok(explanation.startsWith('#'));
  log = join(run, 'access.log');
  // The configuration writes to /dev/stdout, which can be opened when it is a file.
  const stdio = ['ignore', openSync(log, 'a'), 'inherit'];
  execFileSync(program, ['-t', '-q', '-e', 'stderr', '-c', file], { stdio });
  nginx = spawn(program, ['-e', 'stderr', '-g', 'daemon off;', '-c', file], { stdio });
  const deadline = Date.now() + 20_000;
  for (;;) {
    try {
      await get('/web-health');
      break;
    } catch (error) {
      if (Date.now() > deadline || nginx.exitCode !== null) throw error;
    }
  }
});
after(async () => {
  if (nginx) {
    const ended = new Promise((done) => nginx.once('exit', done));
    nginx.kill('SIGTERM');
    await ended;
  }
  await server?.stop();
});

/** One request, with nothing decoded on the way. */
function get(path, headers = {}, method = 'GET', body) {
  return new Promise((done, failed) => {
    const asking = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (answer) => {
      const pieces = [];
      answer.on('data', (piece) => pieces.push(piece));
      answer.on('end', () => done({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(pieces) }));
    });
    asking.on('error', failed);
    asking.end(body);
  });
}

test('the app is served with its headers, and every address of its own is its page', { skip }, async () => {
  const page = await get('/');
  assert.equal(page.status, 200);
  assert.match(page.headers['content-type'], /text\/html/);
  assert.match(page.headers['content-security-policy'], /default-src 'self'/);
  assert.equal(page.headers['x-content-type-options'], 'nosniff');
  assert.match(page.headers['cache-control'], /no-(store|cache)/);
  assert.equal(page.headers.server, 'nginx', 'without its version');
  const deep = await get('/sessions/0198a5a5-0000-7000-8000-000000000001');
  assert.equal(deep.status, 200);
  assert.ok(deep.body.equals(page.body));
  assert.equal((await get('/missing-0123456789abcdef.js')).status, 404);
  for (const operators of ['/metrics', '/health/detailed']) assert.equal((await get(operators)).status, 404);
  const health = await get('/health');
  assert.equal(JSON.parse(health.body).status, 'healthy');
});

test('files are served compressed ahead of time', { skip }, async (t) => {
  const name = readdirSync(webRoot).find((it) => it.endsWith('.wasm'));
  if (!existsSync(join(webRoot, `${name}.gz`))) return t.skip('the app was not compressed: cargo xtask test does it');
  const plain = readFileSync(join(webRoot, name));
  const gzip = await get(`/${name}`, { 'accept-encoding': 'gzip' });
  assert.equal(gzip.headers['content-encoding'], 'gzip');
  assert.ok(gunzipSync(gzip.body).equals(plain));
  assert.match(gzip.headers['cache-control'], /immutable/);
  assert.equal(gzip.headers['content-type'], 'application/wasm');
  if (brotli) {
    const smaller = await get(`/${name}`, { 'accept-encoding': 'gzip, deflate, br' });
    assert.equal(smaller.headers['content-encoding'], 'br');
    assert.ok(brotliDecompressSync(smaller.body).equals(plain));
  }
});

test('a recording above a megabyte is passed on as it arrives, and comes back', { skip }, async () => {
  const caller = await Caller.signIn({ address: `http://127.0.0.1:${port}` }, true);
  const encounter = await caller.newSession();
  const sound = quietNoise(60);
  const answer = await get(`/api/v1/encounters/${encounter.id}/recordings`,
    { ...caller.headers, 'content-type': 'audio/wav', 'content-length': sound.length }, 'POST', sound);
  assert.equal(answer.status, 201, answer.body.toString());
  const recording = JSON.parse(answer.body);
  assert.equal(recording.size, sound.length);
  const part = await get(`/api/v1/recordings/${recording.id}/audio`, { ...caller.headers, range: 'bytes=100-199' });
  assert.equal(part.status, 206);
  assert.ok(part.body.equals(sound.subarray(100, 200)));
  // Anything else of that size is not taken.
  const large = await get('/api/v1/clients', { ...caller.headers, 'content-type': 'application/json' }, 'POST', Buffer.alloc(5 << 20));
  assert.equal(large.status, 413);
  assert.equal(large.headers['content-type'].split(';')[0], 'application/problem+json');
  assert.equal(JSON.parse(large.body).code, 'payload_too_large');
});

test('events arrive one by one', { skip }, async () => {
  const caller = await Caller.signIn({ address: `http://127.0.0.1:${port}` });
  const stop = new AbortController();
  const stream = await fetch(`${caller.base}/events`, { headers: caller.headers, signal: stop.signal });
  const reader = stream.body.getReader();
  const { encounter } = await caller.typed();
  const accepted = await caller.send(`POST /encounters/${encounter.id}/drafts`, { template_id: 'soap', source: 'transcript' });
  let text = '';
  while (!text.includes(accepted.job_id)) {
    const { value, done } = await reader.read();
    assert.ok(!done, 'the stream stays open');
    text += Buffer.from(value).toString();
  }
  stop.abort();
});

test('whoever tries too often is told to wait', { skip }, async () => {
  const body = JSON.stringify({ email: 'a@b.example', password: 'wrong' });
  const headers = { 'content-type': 'application/json', 'content-length': body.length };
  const answers = await Promise.all(Array.from({ length: 60 }, () => get('/api/v1/auth/login', headers, 'POST', body)));
  const refused = answers.filter((it) => it.status === 429);
  // Of those that are let through, the server itself holds up who guesses (`rate_limited`).
  const byNginx = refused.filter((it) => JSON.parse(it.body).code === 'too_many_requests');
  assert.ok(byNginx.length > 10, `${byNginx.length} of 60`);
  assert.ok(refused.every((it) => it.headers['retry-after']));
});

test('the log holds no question, no address of a caller and no token', { skip }, async () => {
  await get('/api/v1/clients?q=Zebramark', { authorization: 'Bearer Zebramark', 'x-forwarded-for': '203.0.113.77' });
  // The line is written after the answer has gone, so it may take a moment to be there.
  const deadline = Date.now() + 20_000;
  let lines;
  let found;
  while (!found && Date.now() < deadline) {
    lines = readFileSync(log, 'utf8').trim().split('\n');
    const paths = lines.map((line) => line.startsWith('{') && line.endsWith('}') && JSON.parse(line));
    found = paths.findLast((it) => it.path === '/api/v1/clients' && it.status === 401);
    await new Promise(setImmediate);
  }
  assert.ok(found, 'the request is in the log, without what was asked');
  assert.ok(!lines.join().includes('Zebramark') && !lines.join().includes('203.0.113.77'));
});

test('every kind of answer carries the security headers once', { skip }, async () => {
  const always = {
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'microphone=(self), camera=(), geolocation=(), payment=(), usb=()',
  };
  const policies = new Set();
  const file = readdirSync(webRoot).find((it) => it.endsWith('.js'));
  const large = ['/api/v1/clients', { 'content-type': 'application/json' }, 'POST', Buffer.alloc(5 << 20)];
  for (const [what, asked] of Object.entries({
    page: ['/'],
    'an address of the app': ['/clients'],
    file: [`/${file}`],
    'missing file': ['/missing-0123456789abcdef.js'],
    'of the operators': ['/metrics'],
    api: ['/api/v1/openapi.json'],
    'refused by the api': ['/api/v1/me'],
    'refused by nginx': large,
    health: ['/health'],
    'own health': ['/web-health'],
  })) {
    const answer = await get(...asked);
    for (const [name, value] of Object.entries(always)) assert.equal(answer.headers[name], value, `${name} of ${what}`);
    policies.add(answer.headers['content-security-policy']);
    // nginx says it for what it serves; the API says it where it is reached by TLS, which here it is not.
    if (!['api', 'refused by the api', 'health'].includes(what)) assert.match(answer.headers['strict-transport-security'], /max-age=63072000/, what);
    assert.ok(answer.headers['x-request-id'] && !answer.headers['x-request-id'].includes(','), what);
  }
  assert.equal(policies.size, 1, 'nginx and the API say the same policy');
});
