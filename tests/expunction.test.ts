import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyAudit } from '../src/desk/audit-chain.ts';
import { readGlobalId } from '../src/ledger/subjects.ts';
import { DRAFT, somebody } from './support/desk.ts';
import { publish, seedTalks, statement } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await seedTalks(world);
});
afterAll(() => world.stop());

const NOWHERE = '00000000-0000-0000-0000-000000000000';

describe('an expunction', () => {
  it('leaves nothing of what the statement claimed, in any version', async () => {
    const at = { negotiationId: 'talks' };
    await publish(world, 'other');
    await world.write('recordEvent', { ...at, externalId: 'strike', kind: 'OTHER', title: 'A strike' });
    await world.write('poseOutcome', { ...at, externalId: 'deal', question: 'Will there be a deal?' });
    await world.write('recordHeldGroup', { ...at, externalId: 'held', descriptor: 'hostages' });
    await world.write('openChannel', { ...at, externalId: 'line', title: 'Line', hops: ['union', 'company'] });
    const id = await publish(world, 'erased', {
      language: 'fr',
      quotationType: 'DIRECT',
      stances: [{ partyId: 'union', termId: 'pay', kind: 'DEMANDS' }],
      estimates: [{ outcomeId: 'deal', words: '50/50', scheme: 'ODDS', confidence: 'HIGH' }],
      impacts: [{ eventId: 'strike', effect: 'HINDERS' }],
      countClaims: [{ heldGroupId: 'held', low: 3 }],
      transitClaims: [{ channelId: 'line', leg: 1, words: 'a day' }],
      relations: [{ kind: 'CONTRADICTS', toId: 'other' }],
    });
    await world.write('correctStatement', { statementId: 'erased', revision: 1, note: 'x', changes: { text: 'y' } });
    await world.write('expungeStatement', { statementId: 'erased', reason: 'A court order.' });

    const { prisma } = world.database;
    const statementId = readGlobalId(id)!.id;
    const versions = await prisma.statement.findMany({ where: { id: statementId } });
    expect(versions.map(({ language, quotationType }) => [language, quotationType])).toEqual(
      Array(3).fill(['und', 'INDIRECT']),
    );
    const rows = { where: { statementId } };
    const claims = {
      appearance: (await prisma.appearance.findMany(rows)).map(({ reportId, outletId }) => [reportId, outletId]),
      relation: (await prisma.relation.findMany(rows)).map(({ kind, toId }) => [kind, toId]),
      stance: (await prisma.stance.findMany(rows)).map(({ kind, partyId, termId }) => [kind, partyId, termId]),
      estimate: (await prisma.estimate.findMany(rows)).map(({ scheme, confidence, outcomeId }) => [
        scheme,
        confidence,
        outcomeId,
      ]),
      impact: (await prisma.impact.findMany(rows)).map(({ effect, eventId }) => [effect, eventId]),
      count: (await prisma.countClaim.findMany(rows)).map(({ low, heldGroupId }) => [low, heldGroupId]),
      transit: (await prisma.transitClaim.findMany(rows)).map(({ leg, words, channelId }) => [leg, words, channelId]),
    };
    const twice = (row: unknown[]) => [row, row];
    expect(claims).toEqual({
      appearance: twice([NOWHERE, NOWHERE]),
      relation: twice(['RESPONDS_TO', NOWHERE]),
      stance: twice(['UNDECIDED', NOWHERE, NOWHERE]),
      estimate: twice(['WORDS', null, NOWHERE]),
      impact: twice(['NONE', NOWHERE]),
      count: twice([null, NOWHERE]),
      transit: twice([null, '', NOWHERE]),
    });
    const { data, errors } = await world.query(
      'query S($id: ID!) { statement(id: $id) { language quotationType said { earliest } } }',
      { id },
    );
    expect(errors).toBeUndefined();
    expect(data.statement).toMatchObject({ language: 'und', said: { earliest: '2026-03-02T00:00:00.000Z' } });
  });

  it('leaves nothing of the answers that were given in the statement, now or as of before', async () => {
    const tabled = {
      negotiationId: 'talks',
      byId: 'mediator',
      toIds: ['union'],
      items: [{ side: 'GETS', text: 'Peace.' }],
    };
    const { proposal } = await world.write(
      'tableProposal',
      { ...tabled, externalId: 'plan', title: 'Plan' },
      'proposal { id }',
    );
    await world.write('tableProposal', { ...tabled, externalId: 'counter', title: 'Counter' });
    await publish(world, 'answers');
    const { cursor } = await world.write('answerProposal', {
      externalId: 'answered',
      proposalId: 'plan',
      byId: 'union',
      kind: 'COUNTER',
      statementId: 'answers',
      counterProposalId: 'counter',
    });
    await world.write('expungeStatement', { statementId: 'answers', reason: 'A court order.' });
    const answer = { by: null, kind: null, counterProposal: null, statement: { state: 'EXPUNGED' } };
    const read =
      '{ title status answers { nodes { by { name } kind counterProposal { title } statement { state } } } }';
    const now = await world.query(`query R($id: ID!) { node(id: $id) { ... on Proposal ${read} } }`, {
      id: proposal.id,
    });
    expect(now.errors).toBeUndefined();
    expect(now.data.node).toEqual({ title: 'Plan', status: 'TABLED', answers: { nodes: [answer] } });
    const then = await world.query(
      `query R($asOf: AsOf) { negotiation(slug: "talks", asOf: $asOf) { proposals { nodes ${read} } } }`,
      {
        asOf: { cursor },
      },
    );
    expect(then.data.negotiation.proposals.nodes[0].answers.nodes).toEqual([answer]);
    const [known] = await world.database.prisma.externalId.findMany({ where: { externalId: 'answered' } });
    expect(known?.digest).toBeNull();
  });
});

describe('the words of an expunged statement', () => {
  it('stand nowhere in the database: in no column of any table', async () => {
    const [ann, eve] = await Promise.all([somebody(world, 'REPORTER', 'Ann'), somebody(world, 'EDITOR', 'Eve')]);
    const secret = (word: string) => `quokka${word}`;
    const content = statement({
      text: `They said ${secret('text')} of it.`,
      source: { kind: 'UNNAMED_PERSON', descriptor: `a ${secret('descriptor')} official` },
      attributionLevel: 'BACKGROUND',
      said: { from: '2026-03-02T00:00:00Z', precision: 'DAY', phrase: secret('phrase'), basis: 'STATED' },
      translations: [{ language: 'fr', text: secret('translation'), by: 'DESK', translator: secret('translator') }],
      relays: [{ kind: 'HOLDER', descriptor: secret('relay') }],
      appearances: [{ reportId: 'story', exact: secret('exact'), prefix: secret('prefix'), medium: secret('medium') }],
      stances: [{ partyId: 'union', termId: 'pay', kind: 'DEMANDS', note: secret('note') }],
    });
    const { draft } = await ann.do('draftStatement', { negotiationId: 'talks', content }, DRAFT, 'draft');
    const draftId = draft.id;
    const edited = { ...content, text: `${secret('edited')} instead.` };
    await ann.do('editDraft', { draftId, revision: 1, content: edited }, DRAFT, 'edit');
    await eve.do('commentOnDraft', { draftId, text: secret('comment') }, DRAFT, 'comment');
    await ann.do('submitDraft', { draftId, revision: 2 }, DRAFT, 'submit');
    await eve.do('returnDraft', { draftId, revision: 3, reason: secret('reason') }, DRAFT, 'return');
    expect(await tablesWith('quokka')).toEqual([
      'draft.content',
      'draft.note',
      'draft_comment.text',
      'draft_revision.content',
      'idempotency_key.answer',
    ]);
    const { statement: said } = await eve.do('publishDraft', { draftId }, 'statement { id }', 'publish');
    await world.write('correctStatement', {
      statementId: said.id,
      revision: 1,
      note: secret('correction'),
      changes: { text: secret('corrected') },
    });
    // Looked for in the way in which they are then not found.
    expect((await tablesWith('quokka')).sort()).toEqual(
      expect.arrayContaining(['ledger.note', 'statement.text', 'search_statement.words']),
    );
    await world.write('expungeStatement', { statementId: said.id, reason: 'A court order.' });
    expect(await tablesWith('quokka')).toEqual([]);
  });

  it('go from the drafts that wait under its external ids, with what was said about them, and the desk is told', async () => {
    const [ann, eve] = await Promise.all([somebody(world, 'REPORTER', 'Ada'), somebody(world, 'EDITOR', 'Ed')]);
    const saying = (text: string) => ({ negotiationId: 'talks', content: statement({ text }) });
    const line = { externalId: 'said-again', ...saying('They said wombat.') };
    const { draft: again } = await ann.do('draftStatement', line, DRAFT, 'again-1');
    const content = statement({ text: 'They did say wombat.' });
    await ann.do('editDraft', { draftId: again.id, revision: 1, content }, DRAFT, 'again-2');
    await eve.do('commentOnDraft', { draftId: again.id, text: 'Wombat, really?' }, DRAFT, 'again-3');
    const mending = { externalId: 'mending', ...saying('They said wombats.') };
    const { draft: mended } = await ann.do('draftStatement', mending, DRAFT, 'mended-1');
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await eve.do('embargoDraft', { draftId: mended.id, revision: 1, until }, DRAFT, 'mended-2');
    const { id: statementId } = (await world.write('publishStatement', line, 'statement { id }')).statement;
    const correction = { statementId, revision: 1, note: 'Wombats, we hear.', changes: { text: 'Wombats.' } };
    await world.write('correctStatement', { externalId: 'mending', ...correction });
    const { drafts } = (await world.as(ann.key, DRAFTS, await talks())).data;
    expect(drafts.nodes.map(({ id }: { id: string }) => id)).toEqual([mended.id, again.id]);
    expect(await tablesWith('wombat')).toEqual(
      expect.arrayContaining([
        'draft.content',
        'draft_comment.text',
        'draft_revision.content',
        'idempotency_key.answer',
      ]),
    );

    await world.write('expungeStatement', { statementId, reason: 'A court order.' });
    expect(await tablesWith('wombat')).toEqual([]);
    const told: object[] = [];
    const variables = { ...(await talks()), after: drafts.cursor };
    for await (const { data } of world.client({ key: ann.key }).iterate<any>({ query: LIVE, variables })) {
      told.push(data.drafts);
      if (told.length === 2) break;
    }
    const gone = { action: 'EXPUNGED', by: 'ADMIN of the test', draft: null, statement: null };
    expect(told).toEqual(expect.arrayContaining([again, mended].map(({ id }) => ({ ...gone, draftId: id }))));
    expect((await world.as(ann.key, DRAFTS, await talks())).data.drafts.nodes).toEqual([]);
    expect(await ann.do('draftStatement', line, DRAFT, 'again-1')).toMatchObject({ __typename: 'ConflictError' });
    expect(await ann.do('draftStatement', line)).toMatchObject({ __typename: 'WithdrawnError' });
    expect(await verifyAudit(world.database.read)).toMatchObject({ isWhole: true });
  });

  it('go with a draft that is discarded, from all that was answered about it', async () => {
    const [ann, eve] = await Promise.all([somebody(world, 'REPORTER', 'Ana'), somebody(world, 'EDITOR', 'Eva')]);
    const content = statement({ text: 'They said numbat.' });
    const draft = { negotiationId: 'talks', content };
    const { draft: thrown } = await ann.do('draftStatement', draft, DRAFT, 'thrown-1');
    const draftId = thrown.id;
    await eve.do('commentOnDraft', { draftId, text: 'Numbat, really?' }, DRAFT, 'thrown-2');
    await ann.do('submitDraft', { draftId, revision: 1 }, DRAFT, 'thrown-3');
    await eve.do('returnDraft', { draftId, revision: 2, reason: 'No numbat.' }, DRAFT, 'thrown-4');
    const digests = await keptUnder('thrown-');
    expect(digests).toHaveLength(4);
    const discarded = await eve.do('discardDraft', { draftId }, 'draftId', 'thrown-5');
    expect(discarded).toEqual({ __typename: 'DiscardDraftPayload', draftId });
    expect(await tablesWith('numbat')).toEqual([]);
    expect(await keptUnder('thrown-')).toHaveLength(1);
    expect(await eve.do('discardDraft', { draftId }, 'draftId', 'thrown-5')).toEqual(discarded);
    expect(await ann.do('draftStatement', draft, DRAFT, 'thrown-1')).toMatchObject({ __typename: 'ConflictError' });
  });

  it('come back with nobody who asks for the draft again as it is thrown away', async () => {
    const ann = await somebody(world, 'REPORTER', 'Ani');
    for (let n = 0; n < 8; n += 1) {
      const content = statement({ text: 'They said axolotl.' });
      const draft = { externalId: `axo-${n}`, negotiationId: 'talks', content };
      const { draft: thrown } = await ann.do('draftStatement', draft);
      const [again] = await Promise.all([
        ann.do('draftStatement', draft, DRAFT, `axo-${n}`),
        ann.do('discardDraft', { draftId: thrown.id }, 'draftId'),
      ]);
      // Who came too late has a draft of their own.
      if (again.draft?.id !== thrown.id) await ann.do('discardDraft', { draftId: again.draft?.id }, 'draftId');
      expect(await tablesWith('axolotl')).toEqual([]);
    }
  });

  it('cannot be guessed from what was judged of its source: no digest of that is left', async () => {
    const from = { source: { kind: 'UNNAMED_PERSON', descriptor: 'a diver' }, attributionLevel: 'BACKGROUND' };
    const [one, other, third] = [
      await publish(world, 'diver-1', from),
      await publish(world, 'diver-2', from),
      await publish(world, 'diver-3', from),
    ];
    const eve = await somebody(world, 'EDITOR', 'Evi');
    const judge = (externalId: string, statementId: string, otherStatementId: string) =>
      eve.do('joinSources', { externalId, statementId, otherStatementId, reason: 'Both dive.' }, 'cursor', externalId);
    for (const [id, ...pair] of [
      ['diver-a', one, other],
      ['diver-b', one, third],
    ] as const) {
      expect(await judge(id, ...pair)).toMatchObject({ __typename: 'JoinSourcesPayload' });
    }
    await world.write('expungeStatement', { statementId: one, reason: 'A court order.' });
    const digests = await world.database.prisma.externalId.findMany({
      where: { externalId: { startsWith: 'diver-' }, digest: { not: null } },
    });
    expect(digests.map(({ externalId }) => externalId).sort()).toEqual(['diver-2', 'diver-3']);
    expect(await keptUnder('diver-')).toEqual([]);
    expect(await judge('diver-a', one, other)).toMatchObject({ __typename: 'WithdrawnError' });
  });
});

const DRAFTS = 'query D($talks: ID!) { drafts(negotiationId: $talks) { cursor nodes { id } } }';
const LIVE = `subscription L($talks: ID!, $after: Cursor) {
  drafts(negotiationId: $talks, after: $after) { action by draftId draft { id } statement { id } } }`;

async function talks(): Promise<{ talks: string }> {
  return { talks: (await world.query('{ negotiation(slug: "talks") { id } }')).data.negotiation.id };
}

/** Of what was asked under keys that begin so, those of which a digest is kept. */
async function keptUnder(key: string): Promise<string[]> {
  const where = { key: { startsWith: key }, digest: { not: null } };
  return (await world.database.prisma.idempotencyKey.findMany({ where })).map(({ key }) => key);
}

/** The columns of the whole database in which a word stands, whatever their type. */
async function tablesWith(word: string): Promise<string[]> {
  const { prisma } = world.database;
  const columns = await prisma.$queryRaw<{ table: string; column: string; bytes: boolean }[]>`
    SELECT c.table_name AS "table", c.column_name AS "column", c.data_type = 'bytea' AS bytes
    FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' ORDER BY 1, 2`;
  expect(columns.length).toBeGreaterThan(200);
  const found: string[] = [];
  for (const { table, column, bytes } of columns) {
    const text = bytes ? `encode("${column}", 'escape')` : `"${column}"::text`;
    const [{ there } = { there: false }] = await prisma.$queryRawUnsafe<{ there: boolean }[]>(
      `SELECT EXISTS (SELECT FROM "${table}" WHERE ${text} ILIKE '%' || $1 || '%') AS there`,
      word,
    );
    if (there) found.push(`${table}.${column}`);
  }
  return found;
}
