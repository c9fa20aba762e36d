// A real provider of OpenID Connect (npm oidc-provider) on the loopback interface, at another site than the
// app: 127.0.0.1 is not localhost.

import { once } from 'node:events';
import { Provider } from 'oidc-provider';

/** Whom the provider knows: by their name there, what it says of them. */
const people = {
  robin: { name: 'Robin Sommer', email: 'robin@clinic.example', email_verified: true, groups: ['Leads'] },
  eve: { name: 'Eve', email: 'eve@clinic.example', email_verified: false },
};

/** Opens it at a port that was free; `callback` is where it sends people back to. */
export async function openProvider(port, callback) {
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'mindscribe',
      client_secret: 'a secret of the tests, long enough',
      redirect_uris: [callback],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    pkce: { required: () => true },
    cookies: { keys: ['only for tests'] },
    findAccount: (_, id) => people[id] && { accountId: id, claims: () => ({ sub: id, ...people[id] }) },
  });
  const server = provider.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    issuer,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Signs in on the provider's own pages, and agrees to what is told. */
export async function signInAtProvider(page, login) {
  await page.waitForURL('http://127.0.0.1:*/interaction/*');
  await page.locator('input[name=login]').fill(login);
  await page.locator('input[name=password]').fill('any will do');
  await page.locator('button[type=submit]').click();
  await page.getByRole('button', { name: 'Continue' }).click();
}
