// What a person with other eyes, or another screen, would meet.

import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import { PHONE, WIDE, picture } from './browser.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds wrong with the page as it stands; half faded in, its colours would not be the page's. */
export async function violations(page) {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const found = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  return found.violations.map((it) => `${it.id}: ${it.help}: ${it.nodes.map((node) => node.target.join(' ')).join(', ')}`);
}

/** Looks at what is on the screen in light and dark, wide and narrow. */
export async function look(page, name) {
  for (const [size, viewport] of Object.entries({ wide: WIDE, phone: PHONE })) {
    for (const colorScheme of ['light', 'dark']) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      await picture(page, `${name}-${size}-${colorScheme}`);
      assert.deepEqual(await violations(page), [], `${name} ${size} ${colorScheme}`);
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(beyond <= 0, `${name} ${size} is ${beyond} pixels too wide`);
    }
  }
  await page.setViewportSize(WIDE);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
}
