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
import { restrictedDesk } from './support/restricted.ts';
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

const { idOf, openRestricted, changeAccess, say, attempt, head } = restrictedDesk(() => world);

const FOLLOW = `subscription Follow($talks: ID!, $after: Cursor) {
  statements(negotiationId: $talks, after: $after) { ... on StatementEvent { cursor statement { text } } }
}`;

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
    const execution = new Execution({ schema, ledger, logger: pino({ level: 'silent' }), isPublic: true, mask });
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
  /** An administrator of the whole desk who was given a role in some talks, and the id of their account. */
  async function administratorWith(negotiationId: string, role: 'READER' | 'REPORTER') {
    const asked = { name: 'let in', role: 'ADMIN', expiresAt: null } as const;
    const { key, row } = await issueKey(world.database.prisma, asked);
    const accountId = Buffer.from(`Account:${row.accountId}`).toString('base64url');
    const granted = await attempt(await world.key('ADMIN'), 'grantRole', { accountId, role, negotiationId });
    expect(granted).toEqual({ __typename: 'GrantRolePayload' });
    return { key, accountId };
  }

  it('is the one that was given there, whatever one may do on the whole desk', async () => {
    const negotiationId = await openRestricted('read-only');
    const said = await say('read-only', 'Said inside.');
    const { key, accountId } = await administratorWith(negotiationId, 'READER');
    const { data } = await world.as(key, '{ negotiation(slug: "read-only") { statements { nodes { text } } } }');
    expect(data.negotiation.statements.nodes).toEqual([{ text: 'Said inside.' }]);
    const forbidden = [expect.objectContaining({ code: 'FORBIDDEN' })];
    for (const [name, input] of [
      ['changeNegotiationAccess', { negotiationId, access: 'PUBLIC' }],
      ['changeNegotiationStatus', { negotiationId, status: 'SUSPENDED' }],
      ['publishStatement', { negotiationId, content: statement() }],
      ['expungeStatement', { statementId: said, reason: 'For reasons of safety.' }],
      ['draftStatement', { negotiationId, content: statement() }],
      ['grantRole', { accountId, role: 'ADMIN', negotiationId }],
      ['revokeRole', { accountId, negotiationId }],
    ] as const) {
      expect(await attempt(key, name, input), name).toEqual(forbidden);
    }
    for (const list of ['drafts', 'sourceJudgements']) {
      const { errors } = await world.as(key, `{ ${list}(negotiationId: "${negotiationId}") { nodes { __typename } } }`);
      expect(errors, list).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
    const AUDIT = `{ audit(filter: { negotiationId: "${negotiationId}" }) { nodes { operation } } }`;
    expect((await world.as(key, AUDIT)).data.audit.nodes).toEqual([]);
    const audited = (await world.as(await world.key('ADMIN'), AUDIT)).data.audit.nodes;
    expect(audited).toEqual(expect.arrayContaining([{ operation: 'publishStatement' }, { operation: 'grantRole' }]));
    const socket = await greetedSocket(world.url, { key });
    const DRAFTS = 'subscription ($talks: ID!) { drafts(negotiationId: $talks) { cursor } }';
    expect(await socket.ask('d', DRAFTS, { talks: negotiationId })).toMatchObject([
      { payload: { errors: [{ extensions: { code: 'FORBIDDEN' } }] } },
      {},
    ]);
    // In public talks a lower one takes nothing away.
    expect(
      await attempt(key, 'publishStatement', { negotiationId: await idOf('talks'), content: statement() }),
    ).toEqual({
      __typename: 'PublishStatementPayload',
    });
  });

  it('is no lower, for whoever restricts them, than the one that they did it with', async () => {
    await world.write('openNegotiation', { slug: 'raised', title: 'Raised', status: 'ACTIVE' });
    const negotiationId = await idOf('raised');
    const { key } = await administratorWith(negotiationId, 'REPORTER');
    const closed = await attempt(key, 'changeNegotiationAccess', { negotiationId, access: 'RESTRICTED' });
    expect(closed).toEqual({ __typename: 'ChangeNegotiationAccessPayload' });
    const { data } = await world.as(key, '{ viewer { roles { role negotiation { slug } } } }');
    expect(data.viewer.roles).toEqual([{ role: 'ADMIN', negotiation: { slug: 'raised' } }]);
    const opened = await attempt(key, 'changeNegotiationAccess', { negotiationId, access: 'PUBLIC' });
    expect(opened).toEqual({ __typename: 'ChangeNegotiationAccessPayload' });
  });

  it('that is taken away takes with it what was answered under a key of the caller’s own', async () => {
    const negotiationId = await openRestricted('answered');
    const { key, row } = await issueKey(world.database.prisma, {
      name: 'drafting',
      role: 'EDITOR',
      expiresAt: null,
      negotiation: negotiationId,
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

  it('that is taken away leaves used the key under which they were opened, and shows nothing of them', async () => {
    const asked = { name: 'opening', role: 'EDITOR', expiresAt: null } as const;
    const { key, row } = await issueKey(world.database.prisma, asked);
    const OPEN = `mutation Open($input: OpenNegotiationInput!) { openNegotiation(input: $input, idempotencyKey: "open") {
      __typename ... on AlreadyRecordedError { message given } } }`;
    const input = { slug: 'opened-once', title: 'Opened once', status: 'ACTIVE', access: 'RESTRICTED' };
    const opened = async (by: string) => (await world.as(by, OPEN, { input })).data.openNegotiation;
    expect(await opened(key)).toEqual({ __typename: 'OpenNegotiationPayload' });
    const { accountId } = row;
    await world.database.prisma.roleGrant.deleteMany({ where: { accountId, negotiationId: { not: null } } });
    const { key: again } = await issueKey(world.database.prisma, { ...asked, accountId });
    expect(await opened(again)).toEqual({
      __typename: 'AlreadyRecordedError',
      message: 'The idempotency key “open” was used for what is not there for you any more; use another.',
      given: 'open',
    });
  });

  it('that is taken away ends what was followed with it', async () => {
    const negotiationId = await openRestricted('left');
    const { key, row } = await issueKey(world.database.prisma, {
      name: 'leaving',
      role: 'READER',
      expiresAt: null,
      negotiation: negotiationId,
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
