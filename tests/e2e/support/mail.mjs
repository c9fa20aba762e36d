// Mail, which a server in development writes into its log.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The link to a page of the app in the newest mail to an address. */
export async function linkFor(server, address, page) {
  for (let deadline = Date.now() + 30_000; Date.now() < deadline; ) {
    const mails = readFileSync(join(server.folder, 'log'), 'utf8').split('--- mail\n').slice(1);
    const newest = mails.findLast((mail) => mail.includes(`To: ${address}\n`) && new RegExp(`/${page}[#/]`).test(mail));
    const link = newest?.match(new RegExp(`http\\S+/${page}[#/]\\S+`))?.[0];
    if (link) return link;
    await new Promise((next) => setImmediate(next));
  }
  throw new Error(`no mail to ${address}`);
}
