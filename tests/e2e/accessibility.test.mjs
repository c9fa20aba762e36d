// axe finds nothing on any page, in light and dark, on a phone and on a wide screen; and a note can be
// written and signed with the keyboard alone.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PHONE, WIDE, assertCalm, launch, open, picture } from './support/browser.mjs';
import { violations } from './support/look.mjs';
import { Caller, PASSWORD, recoveryCode, signIn } from './support/people.mjs';
import { Server, excerpt, hasModels } from './support/server.mjs';

let server, browser, caller, places;
before(async () => {
  server = await Server.start();
  browser = await launch();
  caller = await Caller.signIn(server, true);
  for (const [given, family] of [['Jonas', 'Albrecht'], ['Ines', 'Moreau'], ['Theo', 'Lindqvist'], ['Amara', 'Okafor']]) {
    await caller.send('POST /clients', { given_name: given, family_name: family, date_of_birth: '1990-02-03' });
  }
  const drafted = hasModels ? await caller.drafted(excerpt, 'Mara', 'Quint') : await caller.typed('Mara', 'Quint');
  const signed = await caller.typed('Elias', 'Brandt');
  const note = await caller.send(`GET /notes/${signed.note}`);
  await caller.send(`POST /notes/${signed.note}/sign`, { password: PASSWORD }, { 'if-match': `"${note.revision}"` });
  const fresh = await caller.newSession('Sofia', 'Castellano');
  const client = drafted.encounter.client_ids[0];
  const empty = await caller.send('POST /clients', { given_name: 'Nora', family_name: 'Vance' });
  const bare = await caller.send('POST /encounters', { client_ids: [empty.id], modality: 'individual', setting: 'video' });
  places = {
    clients: '/clients',
    client: `/clients/${client}`,
    'empty-client': `/clients/${empty.id}`,
    'consent-gate': `/sessions/${bare.id}`,
    capture: `/sessions/${fresh.id}`,
    workspace: `/sessions/${drafted.encounter.id}`,
    'signed-note': `/sessions/${signed.encounter.id}`,
    print: `/notes/${signed.note}/print`,
    'ai-systems': '/governance',
    'audit-trail': '/audit',
    account: '/account',
    'not-found': '/nothing/here',
  };
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Waits until what was asked for is there and drawn. */
async function settled(page) {
  await page.locator('h1, h2').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('.skeleton, .busy'));
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** Looks at what is on the screen in light and dark, wide and narrow. */
async function look(page, name) {
  const found = [];
  for (const [size, viewport] of [['wide', WIDE], ['phone', PHONE]]) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await settled(page);
      const here = `${name} (${colorScheme}, ${size})`;
      found.push(...(await violations(page)).map((it) => `${here}: ${it}`));
      const beside = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (beside > 0) found.push(`${here}: the page scrolls sideways by ${beside} px`);
      await picture(page, `${name.replaceAll(' ', '-')}-${colorScheme}-${size}`);
    }
  }
  await page.setViewportSize(WIDE);
  return found;
}

test('axe finds nothing on any page, in light and dark, wide and narrow', async () => {
  const page = await open(browser, server);
  const found = [];
  for (const path of ['/sign-up', '/sign-in']) {
    await page.goto(path);
    await settled(page);
    found.push(...(await look(page, path.slice(1))));
  }
  await signIn(page);
  for (const [name, path] of Object.entries(places)) {
    await page.goto(path);
    await settled(page);
    if (name === 'workspace') {
      const sentence = page.locator('.pane-note [data-sentence]').first();
      await sentence.getByRole('textbox').focus();
      await sentence.locator('blockquote').first().waitFor();
    }
    found.push(...(await look(page, name)));
    if (name === 'workspace') {
      await page.setViewportSize(PHONE);
      await page.getByRole('button', { name: 'Transcript', exact: true }).click();
      found.push(...(await look(page, 'transcript')));
    }
  }
  assert.deepEqual(found, []);
  assertCalm(page);
});

test('axe finds nothing in any dialog, in light and dark, wide and narrow', async () => {
  const page = await open(browser, server);
  await signIn(page);
  const found = [];
  for (const [name, path, button] of [
    ['add client', places.clients, 'Add client'],
    ['record consent', places['empty-client'], 'Record consent'],
    ['type what was said', places.capture, 'Type what was said'],
    ['sign', places.workspace, 'Sign note'],
  ]) {
    await page.goto(path);
    await settled(page);
    await page.getByRole('button', { name: button, exact: true }).click();
    await page.locator('dialog[open]').waitFor();
    found.push(...(await look(page, `dialog ${name}`)));
  }
  assert.deepEqual(found, []);
  assertCalm(page);
});

test('axe would find something', async () => {
  const page = await open(browser, server);
  await page.goto('/sign-in');
  await settled(page);
  await page.evaluate(() => document.querySelector('main').append(document.createElement('input')));
  assert.match((await violations(page)).join(), /label/);
});

test('a note is written and signed with the keyboard alone', async () => {
  const { encounter } = await caller.typed();
  const page = await open(browser, server);
  const keys = page.keyboard;
  const focused = () => page.evaluate(() => {
    const it = document.activeElement;
    return (it.getAttribute('aria-label') ?? it.textContent ?? '').trim() || it.id;
  });
  /** Tabs until something is focused, as a person would, and says how it is marked. */
  const tabTo = async (wanted, most = 80) => {
    for (let presses = 0; presses < most; presses += 1) {
      await keys.press('Tab');
      if ((await focused()) === wanted) {
        const outline = await page.evaluate(() => {
          const style = getComputedStyle(document.activeElement);
          return `${style.outlineStyle} ${style.boxShadow}`;
        });
        assert.notEqual(outline, 'none none', `the focus on ${wanted} cannot be seen`);
        return;
      }
    }
    assert.fail(`${wanted} cannot be reached with Tab`);
  };
  await page.goto('/sign-in');
  await page.locator('#email').waitFor();
  await page.waitForFunction(() => document.activeElement?.id === 'email');
  await keys.type('vera@practice.example');
  await keys.press('Tab');
  await keys.type(PASSWORD);
  await keys.press('Enter');
  await page.getByLabel('Code from your app').waitFor();
  await tabTo('Use a recovery code');
  await keys.press('Enter');
  await page.getByLabel('Recovery code').focus();
  await keys.type(recoveryCode());
  await keys.press('Enter');
  await page.waitForURL('**/clients');
  await page.goto(`/sessions/${encounter.id}`);
  await page.locator('[data-sentence]').first().waitFor();
  await page.locator('#main').focus();
  await keys.press('j');
  assert.match(await focused(), /sentence/);
  await keys.press('End');
  await keys.type(' Typed with the keyboard.');
  await page.getByText('Saved', { exact: true }).waitFor();
  await tabTo('Add a sentence to Plan');
  await keys.press('Enter');
  await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');
  await keys.type('Sees her again on Thursday.');
  await page.getByText('Saved', { exact: true }).waitFor();
  await page.locator('#main').focus();
  await tabTo('Sign note');
  await keys.press('Enter');
  await page.waitForFunction(() => document.activeElement?.id === 'sign-password');
  await keys.type(PASSWORD);
  await keys.press('Enter');
  await page.getByText(/^Signed by/).waitFor();
  await page.getByText('Sees her again on Thursday.').waitFor();
  assertCalm(page);
});
