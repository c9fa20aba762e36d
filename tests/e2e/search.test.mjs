// A practice with more clients than a page of the list holds: somebody beyond it is found by how their names begin, without
// accents, and the field keeps the focus meanwhile.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, open } from './support/browser.mjs';
import { look } from './support/look.mjs';
import { Caller, signUp } from './support/people.mjs';
import { Server } from './support/server.mjs';

let server, browser, page;
before(async () => {
  server = await Server.start();
  browser = await launch();
  page = await open(browser, server);
  await signUp(page);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test('somebody who is not on the page is found while one types', async () => {
  const caller = await Caller.signIn(server);
  const add = (given_name, family_name) => caller.send('POST /clients', { given_name, family_name });
  await add('Élodie', 'Zweig');
  for (let made = 0; made < 200; made += 1) await add('Robin', `Sommer ${made}`);
  await page.goto('/clients');
  await page.getByRole('button', { name: 'Show more' }).waitFor();
  assert.equal(await page.getByText('Élodie Zweig').count(), 0, 'the first who came is beyond the page');
  const field = page.getByRole('searchbox', { name: 'Search clients' });
  await field.pressSequentially('elo zw');
  await page.getByRole('link', { name: 'Élodie Zweig' }).waitFor();
  assert.ok(await field.evaluate((it) => it === document.activeElement), 'the field has the focus');
  assert.equal(await page.getByRole('listitem').filter({ hasText: 'Sommer' }).count(), 0);
  await look(page, 'clients-found');
  await field.pressSequentially('x');
  await page.getByText('Nobody by that name').waitFor();
});
