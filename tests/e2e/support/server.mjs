// The real server in a process of its own, on a free port, with an empty data folder.

import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');
const target = resolve(root, process.env.CARGO_TARGET_DIR ?? 'target');
const program = process.env.MINDSCRIBE_API ?? join(target, 'debug/mindscribe-api');
const models = process.env.MINDSCRIBE_MODELS ?? join(process.env.MINDSCRIBE_TOOLS ?? join(root, '.tools'), 'models');
export const webRoot = process.env.MINDSCRIBE_WEB_DIR ?? join(root, 'web/dist');

/** Whether real speech can be transcribed here. */
export const hasModels = existsSync(join(models, 'whisper-tiny.en-q8_0.bin'));
export const excerpt = join(root, 'assets/role-play/excerpt.ogg');

/** A WAV file of the noise of a quiet room: nobody speaks. */
export const quietNoise = (seconds) => noise(seconds, 6);

/** A WAV file of noise; each bit more is 6 dB louder, 16 the loudest. */
export function noise(seconds, bits) {
  const samples = 16_000 * seconds;
  const file = Buffer.alloc(44 + samples * 2);
  file.write('RIFF', 0);
  file.writeUInt32LE(36 + samples * 2, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(16_000, 24);
  file.writeUInt32LE(32_000, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(samples * 2, 40);
  let state = 1;
  for (let at = 44; at < file.length; at += 2) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    file.writeInt16LE((state >>> (32 - bits)) - 2 ** (bits - 1), at);
  }
  return file;
}

export async function freePort() {
  const probe = createServer();
  await new Promise((done) => probe.listen(0, '127.0.0.1', done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

export class Server {
  constructor(settings = {}) {
    this.folder = mkdtempSync(join(tmpdir(), 'mindscribe-e2e-'));
    this.settings = settings;
  }

  static async start(settings) {
    for (const [needed, how] of [
      [program, 'cargo build -p api'],
      [join(webRoot, 'index.html'), 'cargo xtask test, or trunk build in web'],
    ]) {
      if (!existsSync(needed)) throw new Error(`${needed} is missing: ${how}`);
    }
    const server = new Server(settings);
    server.port = await freePort();
    server.address = `http://localhost:${server.port}`;
    await server.restart();
    return server;
  }

  /** Starts it, again if need be, on the same data. */
  async restart() {
    const log = openSync(join(this.folder, 'log'), 'a');
    this.process = spawn(program, ['serve', '--with-worker'], {
      stdio: ['ignore', log, log],
      env: {
        PORT: String(this.port),
        BASE_URL: this.address,
        DATA_DIR: join(this.folder, 'data'),
        WEB_DIR: webRoot,
        MODELS_DIR: models,
        SPEECH_MODEL: 'tiny.en',
        RATE_LIMIT_MAX_REQUESTS: '10000',
        ...this.settings,
      },
    });
    this.ended = new Promise((done) => this.process.once('exit', done));
    const deadline = Date.now() + 60_000;
    for (;;) {
      if (this.process.exitCode !== null) throw new Error(`the server ended:\n${this.log()}`);
      if (Date.now() > deadline) throw new Error(`the server does not answer:\n${this.log()}`);
      try {
        const answer = await fetch(`${this.address}/health`);
        if (answer.ok) return;
      } catch {
        // Not listening yet.
      }
    }
  }

  log() {
    return readFileSync(join(this.folder, 'log'), 'utf8').split('\n').slice(-30).join('\n');
  }

  async kill() {
    this.process.kill('SIGKILL');
    await this.ended;
  }

  async stop() {
    this.process.kill('SIGTERM');
    await this.ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
