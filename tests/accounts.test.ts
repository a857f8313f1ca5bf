import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueKey } from '../src/desk/keys.ts';
import { seedTalks, statement } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let admin: string;
const ids: Record<string, string> = {};
beforeAll(async () => {
  world = await openWorld();
  admin = await world.key('ADMIN');
  await seedTalks(world);
  await world.write('openNegotiation', { externalId: 'other', slug: 'other', title: 'Other talks', status: 'ACTIVE' });
  for (const slug of ['talks', 'other'])
    ids[slug] = (await world.query(`{ negotiation(slug: "${slug}") { id } }`)).data.negotiation.id;
});
afterAll(() => world.stop());

/** Runs one of the mutations of accounts, and gives its result or the code of its error. */
async function act(name: string, input: object, key: string | null = admin) {
  const type = name.charAt(0).toUpperCase() + name.slice(1);
  const account = 'account { id name closedAt roles { role negotiation { slug } } }';
  const { data, errors } = await world.as(
    key,
    `mutation Act($input: ${type}Input!) { ${name}(input: $input) { __typename
      ... on ${type}Payload { ${name === 'issueKey' ? 'key deskKey { prefix role name }' : account} }
      ${name === 'openAccount' ? '... on InvalidInputError { problems { path } }' : '... on NotFoundError { path given }'} } }`,
    { input },
  );
  return data?.[name] ?? errors?.[0]?.extensions?.code;
}

async function open(name: string): Promise<string> {
  return (await act('openAccount', { name })).account.id;
}

async function keyOf(accountId: string, role = 'ADMIN'): Promise<string> {
  return (await act('issueKey', { name: 'laptop', role, accountId })).key;
}

async function viewer(key: string | null) {
  return (await world.as(key, '{ viewer { name role roles { role negotiation { slug } } } }')).data?.viewer;
}

async function publishing(key: string, negotiationId: string) {
  const { data, errors } = await world.as(
    key,
    'mutation P($input: PublishStatementInput!) { publishStatement(input: $input) { __typename } }',
    { input: { negotiationId, content: statement() } },
  );
  return data?.publishStatement.__typename ?? errors?.[0]?.extensions?.code;
}

describe('an account', () => {
  it('may read until it is given a role, and then do what the role says', async () => {
    const account = await open('Morning desk');
    const key = await keyOf(account);
    expect(await viewer(key)).toEqual({ name: 'Morning desk', role: 'READER', roles: [] });
    expect(await act('grantRole', { accountId: account, role: 'EDITOR' })).toMatchObject({
      account: { roles: [{ role: 'EDITOR', negotiation: null }] },
    });
    // A key that was found good is not looked up again at once; another is.
    expect((await viewer(await keyOf(account))).role).toBe('EDITOR');
  });

  it('with a role in one negotiation may do that there and nowhere else', async () => {
    const account = await open('Desk of the docks');
    await act('grantRole', { accountId: account, role: 'REPORTER' });
    await act('grantRole', { accountId: account, role: 'EDITOR', negotiationId: ids.talks });
    const key = await keyOf(account);
    expect(await viewer(key)).toEqual({
      name: 'Desk of the docks',
      role: 'REPORTER',
      roles: [{ role: 'EDITOR', negotiation: { slug: 'talks' } }],
    });
    expect(await publishing(key, 'talks')).toBe('PublishStatementPayload');
    expect(await publishing(key, 'other')).toBe('FORBIDDEN');
    const { errors } = await world.as(
      key,
      'mutation R($input: RecordPersonInput!) { recordPerson(input: $input) { __typename } }',
      { input: { name: 'Nobody’s' } },
    );
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  it('has one role in one place: the one given last', async () => {
    const account = await open('Promoted');
    for (const role of ['REPORTER', 'ADMIN', 'EDITOR'])
      await act('grantRole', { accountId: account, role, negotiationId: ids.other });
    const { account: now } = await act('grantRole', { accountId: account, role: 'READER' });
    expect(now.roles).toEqual([
      { role: 'READER', negotiation: null },
      { role: 'EDITOR', negotiation: { slug: 'other' } },
    ]);
  });

  it('that is closed opens nothing any more, by none of its keys, and is given nothing', async () => {
    const account = await open('Leaving');
    const key = await keyOf(account);
    expect((await act('closeAccount', { accountId: account })).account.closedAt).not.toBeNull();
    expect(await viewer(key)).toBeUndefined();
    for (const [name, input] of [
      ['closeAccount', {}],
      ['grantRole', { role: 'ADMIN' }],
      ['issueKey', { name: 'again', role: 'ADMIN' }],
    ] as const) {
      expect(await act(name, { accountId: account, ...input })).toMatchObject({
        __typename: 'NotFoundError',
        path: ['accountId'],
      });
    }
  });

  it('needs a name', async () => {
    expect(await act('openAccount', { name: ' ' })).toMatchObject({ problems: [{ path: ['name'] }] });
  });

  it('is shown with its roles and keys to administrators, and to nobody else', async () => {
    const account = await open('Listed');
    await keyOf(account, 'REPORTER');
    const LIST = '{ accounts(first: 100) { nodes { id name keys(first: 5) { nodes { name role } } } } }';
    const { data } = await world.as(admin, LIST);
    expect(data.accounts.nodes).toContainEqual({
      id: account,
      name: 'Listed',
      keys: { nodes: [{ name: 'laptop', role: 'REPORTER' }] },
    });
    for (const [key, code] of [
      [null, 'UNAUTHENTICATED'],
      [await world.key('EDITOR'), 'FORBIDDEN'],
    ] as const)
      expect((await world.as(key, LIST)).errors).toMatchObject([{ extensions: { code } }]);
  });
});

describe('a key', () => {
  it('is good for no more than its own role, whatever its account may do', async () => {
    const account = await open('Careful');
    await act('grantRole', { accountId: account, role: 'ADMIN' });
    await act('grantRole', { accountId: account, role: 'ADMIN', negotiationId: ids.talks });
    const key = await keyOf(account, 'REPORTER');
    expect(await viewer(key)).toMatchObject({
      role: 'REPORTER',
      roles: [{ role: 'REPORTER', negotiation: { slug: 'talks' } }],
    });
    expect(await publishing(key, 'talks')).toBe('FORBIDDEN');
  });
});

describe('a role', () => {
  it('is given and taken by whoever is an administrator there', async () => {
    const local = await open('Local administrator');
    await act('grantRole', { accountId: local, role: 'ADMIN', negotiationId: ids.talks });
    const key = await keyOf(local);
    const account = await open('New here');
    const there = { accountId: account, negotiationId: ids.talks };
    expect(await act('grantRole', { ...there, role: 'REPORTER' }, key)).toMatchObject({
      account: { roles: [{ role: 'REPORTER' }] },
    });
    expect(await act('revokeRole', there, key)).toMatchObject({ account: { roles: [] } });
    expect(await act('revokeRole', there, key)).toMatchObject({ __typename: 'NotFoundError' });
    for (const input of [{ accountId: account }, { accountId: account, negotiationId: ids.other }]) {
      expect(await act('grantRole', { ...input, role: 'READER' }, key)).toBe('FORBIDDEN');
      expect(await act('revokeRole', input, key)).toBe('FORBIDDEN');
    }
    expect(await act('openAccount', { name: 'x' }, key)).toBe('FORBIDDEN');
    expect(await act('closeAccount', { accountId: account }, key)).toBe('FORBIDDEN');
    expect(await act('issueKey', { name: 'x', role: 'READER', accountId: account }, key)).toBe('FORBIDDEN');
  });

  it('is for an account and a negotiation that there are', async () => {
    const account = await open('There');
    for (const negotiationId of [
      'nothing',
      account,
      Buffer.from(`Negotiation:${crypto.randomUUID()}`).toString('base64url'),
    ])
      expect(await act('grantRole', { accountId: account, role: 'EDITOR', negotiationId })).toMatchObject({
        __typename: 'NotFoundError',
        path: ['negotiationId'],
        given: negotiationId,
      });
    for (const accountId of ['nobody', ids.talks])
      expect(await act('grantRole', { accountId, role: 'EDITOR' })).toMatchObject({ path: ['accountId'] });
  });

  it('that changes sends away who is connected with the old one', async () => {
    const account = await open('Connected');
    const client = world.client({ key: await keyOf(account) });
    const closed = new Promise<{ code: number }>((settle) => client.on('closed', (event) => settle(event as never)));
    const following = client.iterate({
      query: `subscription { statements(negotiationId: "${ids.talks}") { __typename } }`,
    });
    const ended = following.next().catch(() => {});
    await new Promise<void>((settle) => client.on('connected', () => settle()));
    await act('grantRole', { accountId: account, role: 'EDITOR', negotiationId: ids.talks });
    expect((await closed).code).toBe(4403);
    await ended;
  });
});

describe('a record that is not public', () => {
  it('is for those who have a key, of any role', async () => {
    await using closed = await openWorld({ PUBLIC_READING: 'false' });
    const { data, errors } = await closed.query('{ negotiations { nodes { slug } } }');
    expect(data ?? null).toBeNull();
    expect(errors).toMatchObject([
      { message: 'This record is not public: send a desk key.', extensions: { code: 'UNAUTHENTICATED' } },
    ]);
    await expect(closed.client().iterate({ query: '{ head }' }).next()).rejects.toBeDefined();
    const { key } = await issueKey(closed.database.prisma, { name: 'reader', role: 'READER', expiresAt: null });
    expect((await closed.as(key, '{ negotiations { nodes { slug } } }')).data.negotiations.nodes).toEqual([]);
  });
});
