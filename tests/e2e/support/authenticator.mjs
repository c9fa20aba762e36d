// An authenticator that Chromium takes for a part of the computer: it keeps passkeys and recognises its owner.

export async function authenticator(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable', { enableUI: false });
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const send = (method, rest = {}) => cdp.send(`WebAuthn.${method}`, { authenticatorId, ...rest });
  return {
    /** Whether somebody touches it when it is asked. */
    touch: (enabled) => send('setAutomaticPresenceSimulation', { enabled }),
    /** Whether it recognises who touches it. */
    recognise: (isUserVerified) => send('setUserVerified', { isUserVerified }),
    credentials: async () => (await send('getCredentials')).credentials,
  };
}
