import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

/** Somebody who issues tokens (OpenID Connect), with a server of their own. */
export interface Issuer extends AsyncDisposable {
  readonly url: string;
  /** The id of the key that signs, where no other is named. */
  readonly kid: string;
  readonly publicKeyPem: string;
  /** A token for this server, good for an hour, but for what the claims say otherwise. */
  token(claims: JWTPayload, kid?: string): Promise<string>;
}

export async function openIssuer(): Promise<Issuer> {
  const pairs = new Map<string, CryptoKeyPair>();
  for (const kid of ['first', 'second']) pairs.set(kid, await generateKeyPair('ES256', { extractable: true }));
  const keys = await Promise.all(
    [...pairs].map(async ([kid, { publicKey }]) => ({
      ...(await exportJWK(publicKey)),
      kid,
      alg: 'ES256',
      use: 'sig',
    })),
  );
  const server = createServer((request, response) => {
    const documents: Record<string, unknown> = {
      '/.well-known/openid-configuration': { issuer: url, jwks_uri: `${url}/keys` },
      '/keys': { keys },
    };
    const document = documents[request.url ?? ''];
    response
      .writeHead(document ? 200 : 404, { 'content-type': 'application/json' })
      .end(JSON.stringify(document ?? {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    kid: 'first',
    publicKeyPem: await exportSPKI((pairs.get('first') as CryptoKeyPair).publicKey),
    token: (claims, kid = 'first') => {
      const now = Math.floor(Date.now() / 1000);
      const payload = { iss: url, aud: 'parley', iat: now, exp: now + 3600, ...claims };
      const { privateKey } = pairs.get(kid) as CryptoKeyPair;
      return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid }).sign(privateKey);
    },
    [Symbol.asyncDispose]: async () => {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
