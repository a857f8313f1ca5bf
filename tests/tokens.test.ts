import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyAudit } from '../src/desk/audit-chain.ts';
import { type Issuer, openIssuer } from './support/issuer.ts';
import { cutSockets, greetedSocket, openSocket } from './support/raw-socket.ts';
import { openStream } from './support/raw-stream.ts';
import { publish, seedTalks } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let issuer: Issuer;
let world: World;
let talks: string;
beforeAll(async () => {
  issuer = await openIssuer();
  world = await openWorld({ OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: 'parley' });
  await seedTalks(world);
  talks = (await world.query('{ negotiation(slug: "talks") { id } }')).data.negotiation.id;
});
afterAll(async () => {
  cutSockets();
  await world.stop();
  await issuer[Symbol.asyncDispose]();
});

const VIEWER = '{ viewer { name role roles { role negotiation { slug } } } }';
const FOLLOW = `subscription Follow($talks: ID!) {
  statements(negotiationId: $talks) { ... on StatementEvent { statement { text } } }
}`;

async function viewer(token: string) {
  const { data, errors } = await world.as(token, VIEWER);
  return data?.viewer ?? errors?.map(({ message, extensions }) => [message, extensions?.code]);
}

const REFUSED = [['This token is not, or no longer, valid here.', 'UNAUTHENTICATED']];
const NO_KEY = [['This is no desk key; send “Authorization: Bearer parley_…”, or nothing.', 'UNAUTHENTICATED']];

/** The parts of a token, put together anew. */
function forge(token: string, changes: { header?: object; claims?: object; signature?: string }): string {
  const [header = '', claims = '', signature = ''] = token.split('.');
  const changed = (part: string, more: object = {}) =>
    Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(part, 'base64url').toString()), ...more })).toString(
      'base64url',
    );
  return [changed(header, changes.header), changed(claims, changes.claims), changes.signature ?? signature].join('.');
}

describe('a bearer token', () => {
  it('opens an account of its own when it first comes, and that one for good', async () => {
    const token = await issuer.token({ sub: 'ada', name: 'Ada' });
    expect(await viewer(token)).toEqual({ name: 'Ada', role: 'READER', roles: [] });
    await Promise.all([1, 2, 3].map(async (n) => viewer(await issuer.token({ sub: 'eve', jti: String(n) }))));
    expect(await world.database.prisma.account.count({ where: { issuer: issuer.url } })).toBe(2);
    expect((await viewer(await issuer.token({ sub: 'eve' }))).name).toBe('eve');
    const opened = await world.database.prisma.auditEntry.findMany({ where: { operation: 'openAccount' } });
    const accounts = await world.database.prisma.account.findMany({ where: { issuer: issuer.url } });
    expect(opened.map(({ accountId, subjectId }) => [accountId, subjectId]).sort()).toEqual(
      accounts.map(({ id }) => [id, id]).sort(),
    );
    expect(await verifyAudit(world.database.read)).toMatchObject({ isWhole: true });
  });

  it('says roles, on the whole desk and in single talks, beside those that the account has', async () => {
    const roles = async (parley_roles: unknown) => viewer(await issuer.token({ sub: 'editor', parley_roles }));
    expect(await roles('EDITOR')).toMatchObject({ role: 'EDITOR', roles: [] });
    expect(await roles(['REPORTER', 'ADMIN:talks'])).toMatchObject({
      role: 'REPORTER',
      roles: [{ role: 'ADMIN', negotiation: { slug: 'talks' } }],
    });
    const { id } = await world.database.prisma.account.findFirstOrThrow({ where: { subject: 'editor' } });
    const accountId = Buffer.from(`Account:${id}`).toString('base64url');
    await world.as(
      await world.key('ADMIN'),
      'mutation G($input: GrantRoleInput!) { grantRole(input: $input) { __typename } }',
      { input: { accountId, role: 'REPORTER', negotiationId: talks } },
    );
    expect(await roles('EDITOR:talks')).toMatchObject({ role: 'READER', roles: [{ role: 'EDITOR' }] });
    expect(await roles([])).toMatchObject({ role: 'READER', roles: [{ role: 'REPORTER' }] });
  });

  it('says roles in restricted talks by their id alone, as their slug may be one of public talks too', async () => {
    const { negotiation } = await world.write(
      'openNegotiation',
      { slug: 'cairo-talks', title: 'Behind closed doors', status: 'ACTIVE', access: 'RESTRICTED' },
      'negotiation { id }',
    );
    const roles = async (named: string) =>
      viewerOf(await issuer.token({ sub: 'cairo', parley_roles: [`EDITOR:${named}`] }));
    const viewerOf = async (token: string) =>
      (await world.as(token, '{ viewer { roles { role negotiation { title } } } }')).data?.viewer.roles ?? 'refused';
    expect(await roles('cairo-talks')).toBe('refused');
    const opened = await world.as(
      await world.key('EDITOR'),
      'mutation O($input: OpenNegotiationInput!) { openNegotiation(input: $input) { __typename } }',
      { input: { slug: 'cairo-talks', title: 'In public', status: 'ACTIVE' } },
    );
    expect(opened.data.openNegotiation.__typename).toBe('OpenNegotiationPayload');
    expect(await roles('cairo-talks')).toEqual([{ role: 'EDITOR', negotiation: { title: 'In public' } }]);
    expect(await roles(negotiation.id)).toEqual([{ role: 'EDITOR', negotiation: { title: 'Behind closed doors' } }]);
    expect(await roles(talks)).toEqual([{ role: 'EDITOR', negotiation: { title: expect.any(String) } }]);
  });

  it('is refused with a role that there is not, or in talks that there are not', async () => {
    for (const parley_roles of [
      'CHIEF',
      ['EDITOR', 'CHIEF'],
      'editor',
      7,
      { EDITOR: true },
      [['ADMIN']],
      null,
      'ADMIN:',
      'EDITOR:nowhere',
      `EDITOR:${Buffer.from(`Negotiation:${crypto.randomUUID()}`).toString('base64url')}`,
      'EDITOR:a\u0000',
    ]) {
      expect(await viewer(await issuer.token({ sub: 'x', parley_roles })), JSON.stringify(parley_roles)).toEqual(
        REFUSED,
      );
    }
  });

  it('is refused in one sentence when it is not ours, not for us, expired, not yet good, or made by somebody else', async () => {
    const good = await issuer.token({ sub: 'good', parley_roles: 'ADMIN' });
    const other = await openIssuer();
    const now = Math.floor(Date.now() / 1000);
    const [header = '', claims = ''] = good.split('.');
    const hmac = (head: object) => {
      const signed = `${Buffer.from(JSON.stringify(head)).toString('base64url')}.${claims}`;
      return `${signed}.${createHmac('sha256', issuer.publicKeyPem).update(signed).digest('base64url')}`;
    };
    const bad: Record<string, string> = {
      'another audience': await issuer.token({ sub: 'x', aud: 'elsewhere' }),
      'another issuer': await issuer.token({ sub: 'x', iss: 'https://issuer.example' }),
      'signed by another': await other.token({ sub: 'x', iss: issuer.url }),
      expired: await issuer.token({ sub: 'x', exp: now - 60 }),
      'not yet good': await issuer.token({ sub: 'x', nbf: now + 600 }),
      'no end': await issuer.token({ sub: 'x', exp: undefined }),
      'no subject': await issuer.token({ sub: undefined }),
      'a subject that is no text': await issuer.token({ sub: 7 as never }),
      'a subject that cannot be kept': await issuer.token({ sub: 'a\u0000' }),
      'alg none': forge(good, { header: { alg: 'none' }, signature: '' }),
      'alg none, with a signature': forge(good, { header: { alg: 'none' } }),
      'HS256 with the public key': hmac({ alg: 'HS256', typ: 'JWT', kid: issuer.kid }),
      'another role': forge(good, { claims: { sub: 'chief' } }),
      'an unknown key': forge(good, { header: { kid: 'unknown' } }),
      truncated: good.slice(0, -4),
      'without a signature': `${header}.${claims}.`,
      'a header that is none': `${Buffer.from('nothing').toString('base64url')}.${claims}.AAAA`,
    };
    for (const [name, token] of Object.entries(bad)) expect(await viewer(token), name).toEqual(REFUSED);
    for (const token of [`${header}.${claims}`, `${good}.x`, 'a.b', `Bearer ${good} ${good}`])
      expect(await viewer(token), token).toEqual(NO_KEY);
    expect((await viewer(good)).role).toBe('ADMIN');
    const known = await world.database.prisma.account.findMany({ where: { subject: { in: ['x', 'chief', 'a'] } } });
    expect(known.map(({ subject }) => subject)).toEqual([]);
    await other[Symbol.asyncDispose]();
  });

  it('is taken with any key that the issuer has by then', async () => {
    const before = await issuer.token({ sub: 'rotating' });
    expect((await viewer(before)).name).toBe('rotating');
    // A key that was there from the beginning, and had signed nothing so far.
    expect((await viewer(await issuer.token({ sub: 'rotating' }, 'second'))).name).toBe('rotating');
  });

  it('whose account is closed opens nothing', async () => {
    const token = await issuer.token({ sub: 'closed' });
    await viewer(token);
    const { id } = await world.database.prisma.account.findFirstOrThrow({ where: { subject: 'closed' } });
    await world.database.prisma.account.update({ where: { id }, data: { closedAt: new Date() } });
    expect(await viewer(await issuer.token({ sub: 'closed', jti: 'another' }))).toEqual(REFUSED);
  });

  it('is no fault of the caller’s when the issuer does not answer', async () => {
    const gone = await openIssuer();
    await using there = await openWorld({ OIDC_ISSUER: gone.url, OIDC_AUDIENCE: 'parley' });
    const token = await gone.token({ sub: 'x' });
    await gone[Symbol.asyncDispose]();
    expect((await there.as(token, VIEWER)).errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
  });

  it('is nothing where no issuer is set', async () => {
    await using there = await openWorld();
    expect((await there.as(await issuer.token({ sub: 'x' }), VIEWER)).errors).toMatchObject([
      { message: NO_KEY[0]?.[0], extensions: { code: 'UNAUTHENTICATED' } },
    ]);
  });
});

describe('a connection that came with a token', () => {
  it('ends when the token does, and when its account’s roles change', async () => {
    const exp = Math.floor(Date.now() / 1000) + 3;
    const short = await issuer.token({ sub: 'short', exp });
    const long = await issuer.token({ sub: 'long' });
    const sockets = await Promise.all([short, long].map((key) => greetedSocket(world.url, { key })));
    const [ending, staying] = sockets as [(typeof sockets)[0], (typeof sockets)[0]];
    for (const socket of sockets) socket.subscribe('s', FOLLOW, { talks });
    const stream = await openStream(world.url, {
      query: FOLLOW,
      variables: { talks },
      headers: { authorization: `Bearer ${short}` },
    });
    await stream.comment();
    expect((await ending.closed).code).toBe(4403);
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1000);
    expect(await stream.over).toBe('cut');
    await publish(world, 'after-the-token', { text: 'After the token.' });
    await staying.events('s', 1);
    expect(ending.received.filter(({ type }) => type === 'next')).toEqual([]);

    const { id } = await world.database.prisma.account.findFirstOrThrow({ where: { subject: 'long' } });
    await world.database.prisma.account.update({ where: { id }, data: { closedAt: new Date() } });
    expect((await staying.closed).code).toBe(4403);
  });

  it('is refused with one that is not good', async () => {
    const socket = await openSocket(world.url);
    const token = await issuer.token({ sub: 'x', aud: 'elsewhere' });
    socket.say({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    expect((await socket.closed).code).toBe(4403);
  });
});
