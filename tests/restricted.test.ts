import { GraphQLError, parse } from 'graphql';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueKey } from '../src/desk/keys.ts';
import { READER } from '../src/desk/policy.ts';
import { schema } from '../src/graphql/schema.ts';
import { Execution } from '../src/push/execution.ts';
import { subscriptionOf } from '../src/push/operation.ts';
import { cutSockets, greetedSocket } from './support/raw-socket.ts';
import { openStream } from './support/raw-stream.ts';
import { seedTalks, statement } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
/** An editor of the whole desk, who was given nothing in restricted talks. */
let outsider: string;
beforeAll(async () => {
  world = await openWorld();
  await seedTalks(world);
  outsider = await world.key('EDITOR');
});
afterAll(async () => {
  cutSockets();
  await world.stop();
});

async function idOf(slug: string): Promise<string> {
  return (await world.as(await world.key('ADMIN'), `{ negotiation(slug: "${slug}") { id } }`)).data.negotiation.id;
}

/** Opens talks that only the administrator of the test may read. */
async function openRestricted(slug: string): Promise<string> {
  await world.write('openNegotiation', { externalId: slug, slug, title: slug, status: 'ACTIVE', access: 'RESTRICTED' });
  return idOf(slug);
}

function changeAccess(negotiationId: string, access: string, more: object = {}) {
  return world.write('changeNegotiationAccess', { negotiationId, access, ...more });
}

async function say(negotiationId: string, text: string, changes: object = {}): Promise<string> {
  const { statement: said } = await world.write(
    'publishStatement',
    { negotiationId, content: statement({ text, ...changes }) },
    'statement { id }',
  );
  return said.id;
}

/** The result of a mutation that is asked with a key; of an error what a caller can tell it from others by. */
async function attempt(key: string, name: string, input: object) {
  const type = name.charAt(0).toUpperCase() + name.slice(1);
  const { data, errors } = await world.as(
    key,
    `mutation A($input: ${type}Input!) { ${name}(input: $input) { __typename ... on Error { message } } }`,
    { input },
  );
  return data?.[name] ?? errors?.map(({ message, extensions }) => ({ message, code: extensions?.code }));
}

const head = async (key: string | null) => (await world.as(key, '{ head }')).data.head;

const FOLLOW = `subscription Follow($talks: ID!, $after: Cursor) {
  statements(negotiationId: $talks, after: $after) { ... on StatementEvent { cursor statement { text } } }
}`;

describe('restricted talks', () => {
  it('are there for whoever opened them, and for nobody else before they are given a role in them', async () => {
    const id = await openRestricted('opened');
    const SEE = '{ negotiation(slug: "opened") { title access } viewer { roles { role negotiation { slug } } } }';
    expect((await world.as(await world.key('ADMIN'), SEE)).data).toMatchObject({
      negotiation: { title: 'opened', access: 'RESTRICTED' },
      viewer: { roles: expect.arrayContaining([{ role: 'ADMIN', negotiation: { slug: 'opened' } }]) },
    });
    for (const key of [null, outsider]) expect((await world.as(key, SEE)).data.negotiation).toBeNull();
    const { key, row } = await issueKey(world.database.prisma, { name: 'invited', role: 'READER', expiresAt: null });
    const accountId = Buffer.from(`Account:${row.accountId}`).toString('base64url');
    const grant = { accountId, role: 'READER', negotiationId: id };
    expect(await attempt(outsider, 'grantRole', grant)).toEqual([expect.objectContaining({ code: 'FORBIDDEN' })]);
    expect(await attempt(await world.key('ADMIN'), 'grantRole', grant)).toEqual({ __typename: 'GrantRolePayload' });
    expect((await world.as(key, SEE)).data.negotiation).toEqual({ title: 'opened', access: 'RESTRICTED' });
  });

  it('can be reached by a key that is issued where the server runs', async () => {
    await openRestricted('rescued');
    const { key } = await issueKey(world.database.prisma, {
      name: 'rescue',
      role: 'ADMIN',
      expiresAt: null,
      negotiation: 'rescued',
    });
    const { data } = await world.as(key, '{ viewer { role roles { role } } negotiation(slug: "rescued") { title } }');
    expect(data).toEqual({ viewer: { role: 'READER', roles: [{ role: 'ADMIN' }] }, negotiation: { title: 'rescued' } });
    await expect(
      issueKey(world.database.prisma, { name: 'x', role: 'ADMIN', expiresAt: null, negotiation: 'nowhere' }),
    ).rejects.toThrow('there is no negotiation');
  });

  it('are not reached by a key that somebody else issues for an account that may', async () => {
    const id = await openRestricted('by-another-key');
    const admin = await world.key('ADMIN');
    const open =
      'mutation ($input: OpenAccountInput!) { openAccount(input: $input) { ... on OpenAccountPayload { account { id } } } }';
    const { account } = (await world.as(admin, open, { input: { name: 'Insider' } })).data.openAccount;
    expect(
      await attempt(admin, 'grantRole', { accountId: account.id, role: 'READER', negotiationId: id }),
    ).toMatchObject({ __typename: 'GrantRolePayload' });
    const { key: another } = await issueKey(world.database.prisma, { name: 'Another', role: 'ADMIN', expiresAt: null });
    const asked = { name: 'A way in', role: 'READER', accountId: account.id };
    expect(await attempt(another, 'issueKey', asked)).toMatchObject({ __typename: 'InvalidInputError' });
    expect(await attempt(admin, 'issueKey', asked)).toMatchObject({ __typename: 'IssueKeyPayload' });
  });

  it('leave no trace in the cursor of now, nor at any moment of the past', async () => {
    await openRestricted('silent');
    const before = await head(outsider);
    const own = await head(await world.key('ADMIN'));
    const drafts = `{ drafts(negotiationId: "${await idOf('talks')}") { cursor } }`;
    const stood = await world.as(outsider, drafts);
    const drafted = { negotiationId: 'silent', content: statement() };
    expect(await attempt(await world.key('ADMIN'), 'draftStatement', drafted)).toMatchObject({
      __typename: 'DraftStatementPayload',
    });
    expect(await world.as(outsider, drafts)).toEqual(stood);
    const statementId = await say('silent', 'Nobody is to hear of this.');
    expect(await head(outsider)).toBe(before);
    expect(await head(null)).toBe(before);
    expect(await head(await world.key('ADMIN'))).not.toBe(own);
    const since = new Date().toISOString();
    const { data } = await world.as(
      outsider,
      `query Q($at: DateTime!, $id: ID!) {
        then: negotiation(slug: "talks", asOf: { instant: $at }) { cursor }
        statement(id: $id) { text }
        node(id: $id) { id }
        nodes(ids: [$id]) { id }
      }`,
      { at: since, id: statementId },
    );
    expect(data).toEqual({ then: { cursor: before }, statement: null, node: null, nodes: [null] });
  });

  it('take no name that somebody else may want', async () => {
    await openRestricted('secret');
    const opening = { externalId: 'secret', slug: 'secret', title: 'Ordinary talks', status: 'ACTIVE' };
    expect(await attempt(outsider, 'openNegotiation', opening)).toEqual({ __typename: 'OpenNegotiationPayload' });
    expect((await world.query('{ negotiation(slug: "secret") { title } }')).data.negotiation.title).toBe(
      'Ordinary talks',
    );
    // Whoever may read the first goes on reading that under its name.
    const admin = await world.key('ADMIN');
    expect((await world.as(admin, '{ negotiation(slug: "secret") { title } }')).data.negotiation.title).toBe('secret');
    const id = await idOf('secret');
    await expect(changeAccess(id, 'PUBLIC')).rejects.toThrow('AlreadyRecordedError');
    await changeAccess(id, 'PUBLIC', { slug: 'secret-of-old' });
    for (const key of [null, admin]) {
      const { data } = await world.as(
        key,
        '{ one: negotiation(slug: "secret") { title } other: negotiation(slug: "secret-of-old") { title } }',
      );
      expect(data).toEqual({ one: { title: 'Ordinary talks' }, other: { title: 'secret' } });
    }
  });

  it('are not there to refer to: the answer is that to an id of nothing', async () => {
    const id = await openRestricted('unreferred');
    await say('unreferred', 'Unreferred.', { externalId: undefined });
    await world.write('addTerm', {
      externalId: 'unreferred-term',
      negotiationId: 'unreferred',
      title: 'Hidden',
      category: 'OTHER',
    });
    const nothing = Buffer.from(`Negotiation:${crypto.randomUUID()}`).toString('base64url');
    const blind = (text: string) => text.replaceAll(nothing, '…').replaceAll(id, '…').replaceAll('nowhere', '…');
    for (const [name, input] of [
      ['addTerm', { title: 'x', category: 'OTHER' }],
      ['publishStatement', { content: statement() }],
      ['draftStatement', { content: statement() }],
      ['recordPerson', { name: 'x' }],
      ['grantRole', { accountId: 'nobody', role: 'READER' }],
    ] as const) {
      const key =
        name === 'grantRole'
          ? (await issueKey(world.database.prisma, { name: 'blind', role: 'ADMIN', expiresAt: null })).key
          : outsider;
      const answers = await Promise.all(
        [id, nothing].map(async (negotiationId) => attempt(key, name, { ...input, negotiationId })),
      );
      expect(blind(JSON.stringify(answers[0])), name).toBe(blind(JSON.stringify(answers[1])));
    }
    const about = (aboutIds: string[]) => ({ negotiationId: 'talks', content: statement({ aboutIds }) });
    expect(await attempt(outsider, 'publishStatement', about(['unreferred-term']))).toEqual({
      __typename: 'NotFoundError',
      message: expect.stringContaining('with the id “unreferred-term”'),
    });
    // The external id is as free as any other.
    expect(
      await attempt(outsider, 'addTerm', {
        externalId: 'unreferred-term',
        negotiationId: 'talks',
        title: 'Mine',
        category: 'OTHER',
      }),
    ).toEqual({ __typename: 'AddTermPayload' });
  });

  it('show nothing of themselves through statements of other talks that they relate to', async () => {
    await openRestricted('related');
    const open = await say('talks', 'Said in public.');
    const hidden = await say('related', 'It contradicts that.', { relations: [{ kind: 'CONTRADICTS', toId: open }] });
    const corroborating = await say('talks', 'And this one too.', {
      relations: [
        { kind: 'CORROBORATES', toId: open },
        { kind: 'CONTRADICTS', toId: hidden },
      ],
    });
    const SEE = `query See($open: ID!, $other: ID!) {
      statement(id: $open) { independentChains relatedBy { nodes { from { text } } pageInfo { endCursor } } }
      other: statement(id: $other) { relations { to { text } } }
    }`;
    const variables = { open, other: corroborating };
    expect((await world.as(outsider, SEE, variables)).data).toMatchObject({
      statement: { relatedBy: { nodes: [{ from: { text: 'And this one too.' } }] } },
      other: { relations: [{ to: { text: 'Said in public.' } }] },
    });
    const { data } = await world.as(await world.key('ADMIN'), SEE, variables);
    expect(data.statement.relatedBy.nodes).toHaveLength(2);
    expect(data.other.relations).toHaveLength(2);
  });

  it('can have people, organizations, posts and reports of their own', async () => {
    await openRestricted('own');
    const admin = await world.key('ADMIN');
    const own = { negotiationId: 'own' };
    await world.write('recordPerson', { ...own, externalId: 'go-between', name: 'Quietus Between' });
    await world.write('recordOrganization', {
      ...own,
      externalId: 'back-office',
      name: 'Quietus Office',
      kind: 'OTHER',
    });
    await world.write('recordPost', {
      ...own,
      externalId: 'envoy',
      personId: 'go-between',
      organizationId: 'back-office',
      title: 'envoy',
    });
    await world.write('recordReport', { ...own, externalId: 'memo', outletId: 'back-office', kind: 'RELEASE' });
    await say('own', 'From the envoy.', {
      source: { kind: 'NAMED_PERSON', personId: 'go-between', onBehalfOfId: 'back-office' },
      appearances: [{ reportId: 'memo' }],
    });
    const SEE = `{
      actors(filter: { name: "Quietus" }) { nodes { name } }
      searchActors(name: "Quietus Between") { nodes { name } }
      search(query: "Quietus") { nodes { text } }
    }`;
    const nodes = { nodes: [] };
    expect((await world.as(outsider, SEE)).data).toEqual({ actors: nodes, searchActors: nodes, search: nodes });
    const { data } = await world.as(admin, SEE);
    expect(data.actors.nodes).toHaveLength(2);
    expect(data.searchActors.nodes.length).toBeGreaterThan(0);
    expect(data.search.nodes).toEqual([{ text: 'From the envoy.' }]);
    // In other talks they may not be named, whoever names them.
    expect(
      await attempt(admin, 'joinNegotiation', { negotiationId: 'talks', actorId: 'go-between', role: 'OBSERVER' }),
    ).toEqual({
      __typename: 'InvalidInputError',
      message: 'actorId: is kept to a negotiation, and may be named in that one alone.',
    });
    expect(await attempt(admin, 'recordReport', { outletId: 'back-office', kind: 'RELEASE' })).toMatchObject({
      __typename: 'InvalidInputError',
    });
    expect(
      await attempt(outsider, 'joinNegotiation', { negotiationId: 'talks', actorId: 'go-between', role: 'OBSERVER' }),
    ).toMatchObject({ __typename: 'NotFoundError' });
  });

  it('of which pages were given before go on without what is not there any more', async () => {
    await world.write('openNegotiation', { externalId: 'paged', slug: 'paged', title: 'Paged', status: 'ACTIVE' });
    const LIST = `query List($after: String) { negotiations(first: 1, after: $after) {
      nodes { slug } pageInfo { endCursor } } }`;
    const cursorThen = await head(null);
    const first = (await world.query(LIST)).data.negotiations;
    expect(first.nodes).toEqual([{ slug: 'paged' }]);
    await changeAccess(await idOf('paged'), 'RESTRICTED');
    const { data, errors } = await world.query(LIST, { after: first.pageInfo.endCursor });
    expect(errors).toBeUndefined();
    expect(data.negotiations.nodes).toHaveLength(1);
    const then = await world.query(
      'query Then($at: Cursor!) { negotiation(slug: "paged", asOf: { cursor: $at }) { title } changes(since: $at) { nodes { kind } } }',
      { at: cursorThen },
    );
    expect(then).toEqual({ data: { negotiation: null, changes: { nodes: [] } } });
  });
});

describe('talks that become restricted', () => {
  it('keep their name in addresses, which never means another: whoever wants it hears what they heard before', async () => {
    await world.write('openNegotiation', { slug: 'named', title: 'Named', status: 'ACTIVE' });
    const id = await idOf('named');
    const ask = (access: string) =>
      attempt(outsider, 'openNegotiation', { slug: 'named', title: 'Others', status: 'ACTIVE', access });
    const before = await Promise.all(['PUBLIC', 'RESTRICTED'].map(ask));
    expect(before).toEqual(
      Array(2).fill({
        __typename: 'AlreadyRecordedError',
        message: 'The slug “named” is taken; choose another.',
      }),
    );
    await changeAccess(id, 'RESTRICTED');
    expect(await Promise.all(['PUBLIC', 'RESTRICTED'].map(ask))).toEqual(before);
    expect((await world.as(outsider, '{ negotiation(slug: "named") { id } }')).data.negotiation).toBeNull();
    expect(await idOf('named')).toBe(id);
    await changeAccess(id, 'PUBLIC');
    expect((await world.query('{ negotiation(slug: "named") { id } }')).data.negotiation).toEqual({ id });
  });

  it('end for whoever follows them and may not, are replayed to nobody, and come back when they are public again', async () => {
    await world.write('openNegotiation', {
      externalId: 'turning',
      slug: 'turning',
      title: 'Turning',
      status: 'ACTIVE',
    });
    const talks = await idOf('turning');
    const other = await idOf('talks');
    const after = await head(null);
    const admin = await world.key('ADMIN');
    const [reader, insider] = [await greetedSocket(world.url), await greetedSocket(world.url, { key: admin })];
    for (const socket of [reader, insider]) {
      socket.subscribe('turning', FOLLOW, { talks, after });
      socket.subscribe('other', FOLLOW, { talks: other, after });
    }
    const stream = await openStream(world.url, { query: FOLLOW, variables: { talks, after }, headers: {} });
    await say('turning', 'Before.');
    for (const socket of [reader, insider]) await socket.events('turning', 1);
    await stream.next();

    await changeAccess(talks, 'RESTRICTED');
    expect(await reader.next(({ id, type }) => id === 'turning' && type !== 'next')).toEqual({
      id: 'turning',
      type: 'error',
      payload: [{ message: 'The record has no such negotiation any more.', extensions: { code: 'NOT_FOUND' } }],
    });
    expect(await stream.over).toBe('cut');
    await say('turning', 'Behind closed doors.');
    await say('talks', 'In the open.');
    // Whoever may goes on, as everybody does with other talks. The administrator's role there came with the restriction.
    await reader.events('other', 1);
    const heard = JSON.stringify(reader.received);
    expect(heard).toContain('Before.');
    expect(heard).not.toContain('Behind closed doors.');
    expect(stream.events).toHaveLength(1);
    const again = await greetedSocket(world.url, { key: admin });
    again.subscribe('turning', FOLLOW, { talks, after });
    expect(JSON.stringify(await again.events('turning', 2))).toContain('Behind closed doors.');

    for (const key of [undefined, outsider]) {
      const late = await greetedSocket(world.url, { key });
      const answers = await late.ask('turning', FOLLOW, { talks, after });
      expect(answers).toMatchObject([{ payload: { errors: [{ extensions: { code: 'NOT_FOUND' } }] } }, {}]);
    }

    await changeAccess(talks, 'PUBLIC');
    const back = await greetedSocket(world.url);
    back.subscribe('turning', FOLLOW, { talks, after });
    expect(JSON.stringify(await back.events('turning', 2))).toContain('Behind closed doors.');
  });

  it('are passed over for whoever follows the whole record and may not read them, and come to whoever may', async () => {
    const CHANGES =
      'subscription ($after: Cursor) { changes(after: $after) { cursor note subject { ... on Statement { text } } } }';
    await world.write('openNegotiation', { externalId: 'in-all', slug: 'in-all', title: 'In all', status: 'ACTIVE' });
    const talks = await idOf('in-all');
    const after = await head(null);
    const reader = await greetedSocket(world.url);
    reader.subscribe('all', CHANGES, { after });
    await say('in-all', 'Before the doors were closed.');
    await reader.events('all', 1);
    await changeAccess(talks, 'RESTRICTED', { note: 'For a reason of its own.' });
    await say('in-all', 'Behind the doors of all.');
    await say('talks', 'In the open of all.');
    await reader.events('all', 1);
    // The administrator's role there came with the restriction.
    const insider = await greetedSocket(world.url, { key: await world.key('ADMIN') });
    insider.subscribe('all', CHANGES, { after });
    expect(JSON.stringify(await insider.events('all', 4))).toContain('Behind the doors of all.');
    const late = await greetedSocket(world.url, { key: outsider });
    late.subscribe('all', CHANGES, { after });
    const heard = JSON.stringify([reader.received, await late.events('all', 1)]);
    expect(heard).toContain('In the open of all.');
    for (const hidden of ['Behind the doors of all.', 'For a reason of its own.']) expect(heard).not.toContain(hidden);
    expect(JSON.stringify(late.received)).not.toContain('Before the doors were closed.');
    await changeAccess(talks, 'PUBLIC');
  });

  it('are passed over where their changes were read before they were closed, and executed after', async () => {
    await world.write('openNegotiation', { externalId: 'shut', slug: 'shut', title: 'Shut', status: 'ACTIVE' });
    const talks = await idOf('shut');
    const { ledger } = world.server;
    const mask = (error: unknown) => new GraphQLError(String(error));
    const document = parse('subscription { changes { note } }');
    const operation = subscriptionOf(schema, document, null);
    if (operation === null) throw new Error('the document has a subscription');
    const asked = { document, operation, operationName: null, variables: {}, viewer: READER, address: '' };
    const execution = new Execution({ schema, ledger, logger: pino({ level: 'silent' }), mask });
    const { execute, feed } = await execution.prepare(asked);
    const { entries } = await feed.page((await ledger.head()) - 1n, 1);
    expect(await execute(entries)).toHaveLength(1);
    await changeAccess(talks, 'RESTRICTED');
    expect(await execute(entries)).toEqual([]);
  });

  it('are for others than the desk, too: who follows statements that relate to theirs hears nothing of them', async () => {
    await world.write('openNegotiation', { externalId: 'aside', slug: 'aside', title: 'Aside', status: 'ACTIVE' });
    const toId = await say('aside', 'What was said aside.');
    const talks = await idOf('talks');
    const after = await head(null);
    const RELATED = FOLLOW.replace('statement { text }', 'statement { text relations { to { text } } }');
    const socket = await greetedSocket(world.url);
    socket.subscribe('s', RELATED, { talks, after });
    await say('talks', 'First.', { relations: [{ kind: 'REPEATS', toId }] });
    expect(JSON.stringify(await socket.events('s', 1))).toContain('What was said aside.');
    await changeAccess(await idOf('aside'), 'RESTRICTED');
    await say('talks', 'Second.', { relations: [{ kind: 'REPEATS', toId }] });
    const [live] = await socket.events('s', 1);
    expect(live.data.statements.statement).toEqual({ text: 'Second.', relations: [] });
    // Nor from what was kept for those who come later.
    const late = await greetedSocket(world.url);
    late.subscribe('s', RELATED, { talks, after });
    expect(JSON.stringify(await late.events('s', 2))).not.toContain('What was said aside.');
  });
});

describe('a role in restricted talks', () => {
  it('that is taken away takes with it what was answered under a key of the caller’s own', async () => {
    const negotiationId = await openRestricted('answered');
    const { key, row } = await issueKey(world.database.prisma, {
      name: 'drafting',
      role: 'EDITOR',
      expiresAt: null,
      negotiation: 'answered',
    });
    const DRAFT = `mutation D($input: DraftStatementInput!) { draftStatement(input: $input, idempotencyKey: "once") {
      __typename ... on DraftStatementPayload { draft { text } } } }`;
    const input = { negotiationId, content: statement({ text: 'Once.' }) };
    const answer = { __typename: 'DraftStatementPayload', draft: { text: 'Once.' } };
    expect((await world.as(key, DRAFT, { input })).data.draftStatement).toEqual(answer);
    expect((await world.as(key, DRAFT, { input })).data.draftStatement).toEqual(answer);
    const { accountId } = row;
    await world.database.prisma.roleGrant.deleteMany({ where: { accountId } });
    // Of the whole desk they may do the same.
    await world.database.prisma.roleGrant.create({ data: { id: crypto.randomUUID(), accountId, role: 'EDITOR' } });
    const { key: again } = await issueKey(world.database.prisma, {
      name: 'another key',
      role: 'EDITOR',
      expiresAt: null,
      accountId,
    });
    expect((await world.as(again, DRAFT, { input })).data.draftStatement).toEqual({ __typename: 'NotFoundError' });
  });

  it('that is taken away ends what was followed with it', async () => {
    const negotiationId = await openRestricted('left');
    const { key, row } = await issueKey(world.database.prisma, {
      name: 'leaving',
      role: 'READER',
      expiresAt: null,
      negotiation: 'left',
    });
    const after = await head(key);
    const socket = await greetedSocket(world.url, { key });
    socket.subscribe('s', FOLLOW, { talks: negotiationId, after });
    const stream = await openStream(world.url, {
      query: FOLLOW,
      variables: { talks: negotiationId, after },
      headers: { authorization: `Bearer ${key}` },
    });
    await say('left', 'Still here.');
    await socket.events('s', 1);
    await stream.next();
    const accountId = Buffer.from(`Account:${row.accountId}`).toString('base64url');
    const revoked = await attempt(await world.key('ADMIN'), 'revokeRole', { accountId, negotiationId });
    expect(revoked).toEqual({ __typename: 'RevokeRolePayload' });
    expect((await socket.closed).code).toBe(4403);
    expect(await stream.over).toBe('cut');
    await say('left', 'After they left.');
    // For a second a key may be taken for what it was: whoever comes with it then is sent away once more.
    const ask = async () => (await greetedSocket(world.url, { key })).ask('s', FOLLOW, { talks: negotiationId });
    let answer = await ask().catch(() => null);
    while (answer === null) answer = await ask().catch(() => null);
    expect(answer).toMatchObject([{ payload: { errors: [{ extensions: { code: 'NOT_FOUND' } }] } }, {}]);
  });
});
