// A browser without a window, and a page that notices what goes wrong in it.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/snap/bin/chromium'];
const executablePath = process.env.CHROMIUM ?? places.find((place) => existsSync(place));
if (!executablePath) throw new Error('Chromium is missing: set CHROMIUM to where it is');

export const WIDE = { width: 1280, height: 860 };
export const PHONE = { width: 360, height: 740 };

export function launch(args = []) {
  // Inside a container there are no user namespaces for the sandbox.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required', ...args] });
}

/** A browser whose data outlives it. `kill` ends it as a power cut would. */
export async function launchKept(home, server, args = []) {
  const context = await chromium.launchPersistentContext(home, {
    executablePath,
    args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required', '--remote-debugging-port=0', ...args],
    baseURL: server.address,
    viewport: WIDE,
    locale: 'en-US',
    permissions: ['microphone'],
  });
  // Chromium names the process that holds a home in a link there: `host-pid`.
  const pid = Number(readlinkSync(join(home, 'SingletonLock')).split('-').at(-1));
  context.kill = async () => {
    const closed = new Promise((done) => context.once('close', done));
    process.kill(pid, 'SIGKILL');
    await closed;
  };
  return context;
}

/** A page of its own sign-in. `problems` collects errors, also those of the content security policy. */
export async function open(browser, server, options = {}) {
  const context = await browser.newContext({ baseURL: server.address, viewport: WIDE, locale: 'en-US', ...options });
  const page = await context.newPage();
  return watch(page);
}

/** Collects what a page complains about. */
export function watch(page) {
  page.problems = [];
  page.setDefaultTimeout(30_000);
  page.on('pageerror', (error) => page.problems.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // The browser itself writes a line for each answer above 399; those that are meant are part of the story.
    const meant = message.text().startsWith('Failed to load resource');
    if (['error', 'warning'].includes(message.type()) && !meant) page.problems.push(message.text());
  });
  return page;
}

export function assertCalm(page) {
  assert.deepEqual(page.problems, []);
}

/** Writes a picture where `MINDSCRIBE_SCREENSHOTS` names a folder. */
export async function picture(page, name) {
  const folder = process.env.MINDSCRIBE_SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
