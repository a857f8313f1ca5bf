import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Verdict, verifyAudit } from '../src/desk/audit-chain.ts';
import { issueKey, revokeKey } from '../src/desk/keys.ts';
import { schema } from '../src/graphql/schema.ts';
import { globalId } from '../src/ledger/subjects.ts';
import { importRecords } from '../src/transfer/import.ts';
import { drafted, type Somebody, somebody } from './support/desk.ts';
import { cutSockets, greetedSocket } from './support/raw-socket.ts';
import { seedTalks, statement } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let ann: Somebody;
let eve: Somebody;
let ada: Somebody;
beforeAll(async () => {
  world = await openWorld();
  await seedTalks(world);
  [ann, eve, ada] = await Promise.all([
    somebody(world, 'REPORTER', 'Ann'),
    somebody(world, 'EDITOR', 'Eve'),
    somebody(world, 'ADMIN', 'Ada'),
  ]);
});
afterAll(() => world.stop());

const AUDIT = `query Audit($first: Int, $filter: AuditFilter) { audit(first: $first, filter: $filter) { nodes {
  account operation outcome reason negotiation { slug } subjectId cursor entries times } } }`;

async function audit(first: number, filter: object = {}): Promise<any[]> {
  const { data, errors } = await world.as(ada.key, AUDIT, { first, filter });
  expect(errors).toBeUndefined();
  return data.audit.nodes;
}

const verdict = (): Promise<Verdict> => verifyAudit(world.database.read);

describe('the audit', () => {
  it('has what was done, by whom, to what, and where the record stood then', async () => {
    const { cursor, statement: said } = await eve.do(
      'publishStatement',
      { negotiationId: 'talks', content: statement() },
      'cursor statement { id }',
    );
    const { id: draftId } = await drafted(ann);
    await ann.do('submitDraft', { draftId, revision: 1 });
    const by = (account: string, operation: string, subjectId: string, entries: number) => ({
      account,
      operation,
      outcome: 'DONE',
      reason: null,
      negotiation: { slug: 'talks' },
      subjectId,
      cursor,
      entries,
      times: 1,
    });
    expect(await audit(3)).toEqual([
      by('Ann', 'submitDraft', draftId, 0),
      by('Ann', 'draftStatement', draftId, 0),
      by('Eve', 'publishStatement', said.id, 1),
    ]);
    expect(await audit(5, { subjectId: draftId })).toHaveLength(2);
  });

  it('has what was refused and denied, with nothing of what was given', async () => {
    await eve.do('publishStatement', { negotiationId: 'Nowhere Secret', content: statement() }, 'cursor');
    expect(await ann.do('publishStatement', { negotiationId: 'talks', content: statement() }, 'cursor')).toEqual({
      __typename: 'FORBIDDEN',
    });
    await world.as(ann.key, 'query { secretAlias: audit { nodes { at } } }');
    await world.as(`parley_${'0'.repeat(12)}_${'A'.repeat(43)}`, '{ head }');
    const kinds = (await audit(4)).map(({ account, operation, outcome, reason }) => [
      account,
      operation,
      outcome,
      reason,
    ]);
    expect(kinds).toEqual([
      [null, 'authenticate', 'DENIED', 'UNAUTHENTICATED'],
      ['Ann', 'audit', 'DENIED', 'FORBIDDEN'],
      ['Ann', 'publishStatement', 'DENIED', 'FORBIDDEN'],
      ['Eve', 'publishStatement', 'REFUSED', 'NotFoundError'],
    ]);
    const rows = await world.database.prisma.auditEntry.findMany();
    expect(JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(
      'ecret',
    );
  });

  it('has what came to nothing in restricted talks for those alone who were let into them', async () => {
    const opening = { externalId: 'closed', slug: 'closed', title: 'Closed', status: 'ACTIVE', access: 'RESTRICTED' };
    const { negotiation } = await ada.do('openNegotiation', opening, 'negotiation { id }');
    const { draft } = await ada.do('draftStatement', { negotiationId: 'closed', content: statement() });
    const own = { negotiationId: 'closed', content: statement() };
    const { statement: said } = await ada.do('publishStatement', own, 'statement { id }');
    const { key } = await issueKey(world.database.prisma, {
      name: 'Rita',
      role: 'REPORTER',
      expiresAt: null,
      negotiation: negotiation.id,
    });
    await ada.do('withdrawStatement', { statementId: said.id, revision: 9, reason: 'Over.' }, 'cursor');
    await ada.do('addTerm', { negotiationId: 'closed', title: ' ', category: 'OTHER' }, 'cursor');
    await ada.do('submitDraft', { draftId: draft.id, revision: 9 });
    const related = { relations: [{ kind: 'REPEATS', toId: said.id }], aboutIds: ['nowhere'] };
    await ada.do('publishStatement', { negotiationId: 'talks', content: statement(related) }, 'cursor');
    const DISCARD = 'mutation D($input: DiscardDraftInput!) { discardDraft(input: $input) { __typename } }';
    await world.as(key, DISCARD, { input: { draftId: draft.id } });
    const seen = (await audit(5)).map(({ account, operation, outcome, reason, negotiation }) => [
      account,
      operation,
      outcome,
      reason,
      negotiation?.slug,
    ]);
    expect(seen).toEqual([
      ['Rita', 'discardDraft', 'DENIED', 'FORBIDDEN', 'closed'],
      ['Ada', 'publishStatement', 'REFUSED', 'NotFoundError', 'closed'],
      ['Ada', 'submitDraft', 'REFUSED', 'ConflictError', 'closed'],
      ['Ada', 'addTerm', 'REFUSED', 'InvalidInputError', 'closed'],
      ['Ada', 'withdrawStatement', 'REFUSED', 'ConflictError', 'closed'],
    ]);
    const other = await somebody(world, 'ADMIN', 'Otto');
    const { data } = await world.as(other.key, AUDIT, { first: 100 });
    expect(data.audit.nodes.filter(({ account }: any) => account === 'Rita')).toEqual([]);
    const refused = data.audit.nodes.filter(({ account, outcome }: any) => account === 'Ada' && outcome !== 'DONE');
    expect(refused).toEqual([]);
  });

  it('has what was refused for an id that cannot be one', async () => {
    const withdrawal = { eventId: 'a\u0000', reason: 'x' };
    expect(await eve.do('withdrawEvent', withdrawal, 'cursor')).toMatchObject({ problems: [{ path: ['eventId'] }] });
    const late = { negotiationId: 'talks', content: statement({ addressedToId: 'a\u0000' }) };
    expect(await eve.do('publishStatement', late, 'cursor')).toMatchObject({ __typename: 'InvalidInputError' });
    expect(await audit(2)).toMatchObject([
      { operation: 'publishStatement', reason: 'InvalidInputError', negotiation: { slug: 'talks' } },
      { operation: 'withdrawEvent', reason: 'InvalidInputError', negotiation: null },
    ]);
  });

  it('says of what came to nothing in talks that are not there for whoever tried no more than of talks that are not', async () => {
    const { id } = await world.database.prisma.negotiation.findFirstOrThrow({ where: { slug: 'closed' } });
    const [hidden, nowhere] = [id, crypto.randomUUID()].map((id) => globalId('Negotiation', id));
    const { length: before } = await audit(100);
    for (const negotiationId of [hidden, nowhere]) {
      await eve.do('addTerm', { negotiationId, title: 'x', category: 'OTHER' }, 'cursor');
      await eve.do('grantRole', { accountId: 'x', role: 'EDITOR', negotiationId }, 'account { id }');
    }
    const rows = (await audit(100)).slice(0, -before);
    const of = (operation: string) => rows.filter((row) => row.operation === operation);
    expect(of('grantRole')).toEqual(Array(2).fill(expect.objectContaining({ outcome: 'DENIED', negotiation: null })));
    expect(of('addTerm')).toEqual(Array(2).fill(expect.objectContaining({ outcome: 'REFUSED', negotiation: null })));
  });

  it('does not grow with every wrong key: what is tried over and over is one entry a minute, with how often', async () => {
    const before = await audit(100, { outcomes: ['DENIED'] });
    const sum = (rows: any[]) => rows.reduce((most, { times }) => most + times, 0);
    for (let n = 0; n < 12; n++) {
      await world.as(`parley_${String(n).padStart(12, '0')}_${'A'.repeat(43)}`, '{ head }');
      await world.as(null, 'mutation { openAccount(input: { name: "x" }) { __typename } }');
    }
    const after = await audit(100, { outcomes: ['DENIED'] });
    expect(after.length - before.length).toBeLessThanOrEqual(4);
    expect(sum(after) - sum(before)).toBe(24);
    expect((await verdict()).isWhole).toBe(true);
  });

  it('does not grow with every id that somebody names who may not see what is the desk’s own', async () => {
    const { id: talks } = (await world.query('{ negotiation(slug: "talks") { id } }')).data.negotiation;
    await ada.do('openNegotiation', { slug: 'seen-by-some', title: 'Others', status: 'ACTIVE' }, 'cursor');
    const { key: elsewhere } = await issueKey(world.database.prisma, {
      name: 'Elsewhere',
      role: 'REPORTER',
      expiresAt: null,
      negotiation: 'seen-by-some',
    });
    const socket = await greetedSocket(world.url);
    const before = await audit(100, { outcomes: ['DENIED'] });
    const lists = ['drafts', 'sourceJudgements'];
    for (let n = 0; n < 6; n++) {
      const id = globalId('Negotiation', crypto.randomUUID());
      const ask = (key: string | null, list: string) =>
        world.as(key, `{ ${list}(negotiationId: "${id}") { nodes { __typename } } }`);
      for (const list of lists) {
        expect((await ask(null, list)).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
        // Of the desk, and of other talks: that there are no such ones is no attempt at anything.
        for (const key of [ann.key, elsewhere])
          expect((await ask(key, list)).errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
      }
      const followed = await socket.ask(`d${n}`, `subscription { drafts(negotiationId: "${id}") { cursor } }`);
      expect(followed).toMatchObject([{ payload: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } }, {}]);
    }
    for (const list of lists) {
      const { errors } = await world.as(elsewhere, `{ ${list}(negotiationId: "${talks}") { nodes { __typename } } }`);
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
    const after = await audit(100, { outcomes: ['DENIED'] });
    const told = after.slice(0, after.length - before.length);
    // One of each kind for the first, and one for the rest when it is asked for what there is.
    const ofNobody = told.filter(({ account }) => account === null);
    expect(ofNobody.length).toBeLessThanOrEqual(4);
    expect(ofNobody.reduce((sum, { times }) => sum + times, 0)).toBe(18);
    expect(told.filter(({ account }) => account === 'Ann')).toEqual([]);
    expect(told.filter(({ account }) => account === 'Elsewhere')).toMatchObject(
      lists.map(() => ({ negotiation: { slug: 'talks' }, times: 1 })),
    );
    cutSockets();
  });

  it('has who asked for what is not public, where reading is not', async () => {
    await using closed = await openWorld({ PUBLIC_READING: 'false' });
    expect((await closed.query('{ head }')).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    const socket = await greetedSocket(closed.url);
    await socket.ask('s', 'subscription { timeline(negotiationId: "x") { __typename } }');
    const { data } = await closed.as(await closed.key('ADMIN'), AUDIT, { first: 10 });
    const [entry, ...more] = data.audit.nodes.filter(({ operation }: any) => operation === 'read');
    expect(entry).toMatchObject({ account: null, outcome: 'DENIED', reason: 'UNAUTHENTICATED' });
    expect([entry, ...more].reduce((sum, { times }) => sum + times, 0)).toBe(2);
    cutSockets();
  });

  it('counts attempts that are alike and come together as one', async () => {
    const key = `parley_${'1'.repeat(12)}_${'A'.repeat(43)}`;
    const { length: before } = await audit(100, { outcomes: ['DENIED'] });
    await Promise.all(Array.from({ length: 20 }, () => world.as(key, '{ head }')));
    const after = (await audit(100, { outcomes: ['DENIED'] })).slice(0, -before);
    expect(after.reduce((sum, { times }) => sum + times, 0)).toBe(20);
    expect((await verdict()).isWhole).toBe(true);
  });

  it('has accounts, keys and roles, and an import as one entry a batch', async () => {
    const { account } = await ada.do('openAccount', { name: 'New' }, 'account { id }');
    await ada.do('grantRole', { accountId: account.id, role: 'EDITOR' }, 'account { id }');
    const { deskKey } = await ada.do('issueKey', { name: 'New', role: 'EDITOR' }, 'deskKey { prefix }');
    await revokeKey(world.database.prisma, deskKey.prefix);
    const lines = ['one', 'two'].map(
      (externalId) => `{"recordPerson":{"externalId":"${externalId}","name":"${externalId}"}}\n`,
    );
    await importRecords(
      world.server.ledger,
      (async function* () {
        yield Buffer.from(lines.join(''));
      })(),
    );
    expect((await audit(5)).map(({ account, operation, entries }) => [account, operation, entries])).toEqual([
      [null, 'import', 2],
      [null, 'revokeKey', 0],
      ['Ada', 'issueKey', 0],
      ['Ada', 'grantRole', 0],
      ['Ada', 'openAccount', 0],
    ]);
  });

  it('shows of an import what is there for whoever asks, and nothing of one that is all of talks that are not', async () => {
    const open = (externalId: string, access: string) => ({
      openNegotiation: { externalId, slug: externalId, title: externalId, status: 'ACTIVE', access },
    });
    const term = (negotiationId: string) => ({
      addTerm: { externalId: `${negotiationId}-term`, negotiationId, title: 'A term', category: 'OTHER' },
    });
    const bring = (...lines: object[]) =>
      importRecords(world.server.ledger, Readable.from(lines.map((line) => Buffer.from(`${JSON.stringify(line)}\n`))));
    const imports = async () => (await audit(50)).filter(({ operation }) => operation === 'import');
    const before = await imports();
    await bring(open('seen', 'PUBLIC'), open('unseen', 'RESTRICTED'), term('unseen'), term('seen'));
    await bring(open('unseen-too', 'RESTRICTED'), term('unseen-too'));
    const since = (await imports()).slice(0, -before.length);
    expect(since).toMatchObject([{ entries: 2 }]);
    expect(since[0].cursor).toBe((await world.as(ada.key, '{ head }')).data.head);
  });

  it('is for administrators', async () => {
    for (const key of [null, ann.key, eve.key]) {
      const { data, errors } = await world.as(key, AUDIT);
      expect(data ?? null).toBeNull();
      expect(errors).toMatchObject([{ extensions: { code: key === null ? 'UNAUTHENTICATED' : 'FORBIDDEN' } }]);
    }
  });

  it('cannot be changed, nor anything taken from it', async () => {
    const { prisma } = world.database;
    for (const change of [
      "UPDATE audit SET operation = 'x' WHERE position = 1",
      'DELETE FROM audit WHERE position = 1',
      'TRUNCATE audit',
    ])
      await expect(prisma.$executeRawUnsafe(change)).rejects.toThrow('append-only');
  });
});

describe('verifying the audit', () => {
  it('finds it whole, and what was noted of it', async () => {
    const found = await verdict();
    expect(found).toMatchObject({ isWhole: true, last: { hash: expect.stringMatching(/^[0-9a-f]{64}$/) } });
    if (!found.isWhole || found.last === null) throw new Error('there is an audit');
    await drafted(ann);
    expect((await verifyAudit(world.database.read, found.last)).isWhole).toBe(true);
    expect(await verifyAudit(world.database.read, { ...found.last, hash: '0'.repeat(64) })).toMatchObject({
      isWhole: false,
    });
  });

  it('finds a row that was changed, one that is missing, and what was written past it', async () => {
    const { prisma } = world.database;
    // As somebody who owns the database can.
    const tamper = async (...changes: string[]): Promise<Verdict> => {
      const rollback = new Error('rolled back');
      let found: Verdict | undefined;
      const read =
        (tx: Pick<typeof prisma, '$queryRawUnsafe'>) => async (statement: { text: string; values: unknown[] }) =>
          tx.$queryRawUnsafe(statement.text, ...statement.values);
      await prisma
        .$transaction(
          async (tx) => {
            await tx.$executeRawUnsafe('ALTER TABLE audit DISABLE TRIGGER append_only');
            for (const change of changes) await tx.$executeRawUnsafe(change);
            found = await verifyAudit(read(tx) as never);
            throw rollback;
          },
          { timeout: 60_000 },
        )
        .catch((error) => expect(error).toBe(rollback));
      return found as Verdict;
    };
    const problem = (text: string) => ({ isWhole: false, problem: expect.stringContaining(text) });
    expect(await tamper()).toMatchObject({ isWhole: true });
    expect(await tamper("UPDATE audit SET account_id = NULL, operation = 'x' WHERE position = 3")).toEqual(
      problem('Row 3 was changed'),
    );
    expect(await tamper('DELETE FROM audit WHERE position = 4')).toEqual(problem('Row 4 is missing'));
    expect(await tamper('UPDATE ledger_head SET position = position + 1')).toEqual(
      problem('written past the last row'),
    );
    expect(await tamper('DELETE FROM audit')).toEqual(problem('the last rows are missing'));
    const again = `SELECT audit_attempts('[{"operation": "read", "outcome": "DENIED"}]')`;
    expect(await tamper('DELETE FROM audit', again)).toEqual(problem('written before row 1'));
  });
});

it('every mutation can be asked for again under a key', () => {
  const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
  expect(mutations.length).toBeGreaterThan(40);
  for (const { name, args } of mutations)
    expect([name, args.map((argument) => argument.name)]).toEqual([name, ['idempotencyKey', 'input']]);
});
