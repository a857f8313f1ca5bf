import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importRecords } from '../src/transfer/import.ts';
import { sqlOf } from './support/sql.ts';
import { publish, seedTalks, statement } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld({ ANSWER_CACHE_BYTES: '0' });
  await seedTalks(world);
  await world.write('openNegotiation', {
    externalId: 'elsewhere',
    slug: 'elsewhere',
    title: 'Elsewhere',
    status: 'ACTIVE',
  });
  await world.write('addTerm', {
    externalId: 'their-pay',
    negotiationId: 'elsewhere',
    title: 'Pay',
    category: 'WAGES',
  });
});
afterAll(() => world.stop());

const READ = `query Read($id: ID!) { node(id: $id) { ... on Proposal {
  title
  by { name } through { name } to { name }
  items { side text term { title } }
  tabled { earliest phrase }
  statement { text }
  status lapsed
  answers { nodes { by { name } kind statement { text state } counterProposal { title } } }
} } }`;

const PROPOSALS = `query Proposals($asOf: AsOf) { negotiation(slug: "talks", asOf: $asOf) {
  proposals(first: 100) { nodes { title status } }
} }`;

async function read(id: string) {
  const { data, errors } = await world.query(READ, { id });
  expect(errors).toBeUndefined();
  return data.node;
}

function proposal(externalId: string, more: object = {}): object {
  return {
    externalId,
    negotiationId: 'talks',
    title: externalId,
    byId: 'mediator',
    toIds: ['union', 'company'],
    items: [{ side: 'GETS', text: 'Work goes on.' }],
    ...more,
  };
}

async function table(externalId: string, more: object = {}): Promise<string> {
  const { proposal: written } = await world.write('tableProposal', proposal(externalId, more), 'proposal { id }');
  return written.id;
}

/** Publishes a statement of a day of March 2026 and records that a party answers in it. */
async function answer(proposalId: string, byId: string, kind: string, day: number, more: object = {}): Promise<string> {
  const externalId = `${proposalId}-${byId}-${kind}-${day}`;
  const said = { from: `2026-03-${String(day).padStart(2, '0')}T00:00:00Z`, precision: 'DAY', basis: 'STATED' };
  await publish(world, externalId, { text: externalId, said });
  await world.write('answerProposal', { proposalId, byId, kind, statementId: externalId, ...more });
  return externalId;
}

async function refusal(name: 'tableProposal' | 'answerProposal' | 'lapseProposal', input: object): Promise<object> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const { data, errors } = await world.desk(
    `mutation Refused($input: ${type}Input!) { ${name}(input: $input) {
      __typename
      ... on InvalidInputError { problems { path message } }
      ... on NotFoundError { path }
    } }`,
    { input },
  );
  expect(errors).toBeUndefined();
  return data[name];
}

function problem(path: string[], message: RegExp) {
  return { __typename: 'InvalidInputError', problems: [{ path, message: expect.stringMatching(message) }] };
}

/** What is wrong with records when they are imported in one go; nothing is written. */
async function checkImport(records: readonly object[]): Promise<object[]> {
  async function* source() {
    yield Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  }
  const problems: object[] = [];
  const onProblem = (problem: object) => void problems.push(problem);
  await importRecords(world.server.ledger, source(), { check: true, onProblem });
  return problems;
}

describe('a proposal', () => {
  it('reads back as it was tabled', async () => {
    await publish(world, 'tells', { text: 'The company proposed it.' });
    const id = await table('whole', {
      byId: 'company',
      throughId: 'mediator',
      toIds: ['union'],
      items: [
        { side: 'GIVES', termId: 'pay', text: 'Five per cent.' },
        { side: 'GETS', text: 'No strike until June.' },
      ],
      statementId: 'tells',
      tabled: { from: '2026-03-02T00:00:00Z', precision: 'DAY', phrase: 'Monday', basis: 'STATED' },
    });
    expect(await read(id)).toEqual({
      title: 'whole',
      by: { name: 'Harbour Company' },
      through: { name: 'Mediation Service' },
      to: [{ name: 'Dockers’ Union' }],
      items: [
        { side: 'GIVES', text: 'Five per cent.', term: { title: 'Pay' } },
        { side: 'GETS', text: 'No strike until June.', term: null },
      ],
      tabled: { earliest: '2026-03-02T00:00:00.000Z', phrase: 'Monday' },
      statement: { text: 'The company proposed it.' },
      status: 'TABLED',
      lapsed: false,
      answers: { nodes: [] },
    });
  });

  it.each([
    ['to nobody', { toIds: [] }, ['toIds'], /^is empty/],
    ['to the party that tables it', { toIds: ['union', 'mediator'] }, ['toIds'], /^names the party that tables/],
    ['to one party twice', { toIds: ['union', 'union'] }, ['toIds'], /^names a party twice/],
    ['of nothing', { items: [] }, ['items'], /^is empty/],
    [
      'about a term of other talks',
      { items: [{ side: 'GIVES', text: 'x', termId: 'their-pay' }] },
      ['items', '0', 'termId'],
      /another negotiation/,
    ],
  ])('%s is refused', async (_, more, path, message) => {
    expect(await refusal('tableProposal', proposal('refused', more))).toEqual(problem(path, message));
  });

  it('by what is no actor is refused', async () => {
    expect(await refusal('tableProposal', proposal('refused', { byId: 'pay' }))).toEqual({
      __typename: 'NotFoundError',
      path: ['byId'],
    });
  });

  it('once lapsed stays that, takes no answers and does not lapse again', async () => {
    const id = await table('lapses');
    await answer('lapses', 'union', 'ACCEPT', 2);
    await world.write('lapseProposal', { proposalId: 'lapses', note: 'The mediator withdrew it.' });
    expect(await read(id)).toMatchObject({ status: 'LAPSED', lapsed: true });
    expect(await refusal('lapseProposal', { proposalId: 'lapses' })).toEqual(
      problem(['proposalId'], /has lapsed already/),
    );
    expect(
      await refusal('answerProposal', { proposalId: 'lapses', byId: 'union', kind: 'REJECT', statementId: 'tells' }),
    ).toEqual(problem(['proposalId'], /has lapsed/));
  });
});

describe('where a proposal stands', () => {
  it('follows the answers, as of any moment', async () => {
    const id = await table('followed');
    const at: [string, string][] = [];
    const look = async () => {
      const { data } = await world.query('{ negotiation(slug: "talks") { cursor } }');
      at.push([data.negotiation.cursor, (await read(id)).status]);
    };
    await look();
    await answer('followed', 'company', 'REJECT', 2);
    await look();
    await table('other-way', { byId: 'company', toIds: ['union'] });
    await answer('followed', 'company', 'COUNTER', 3, { counterProposalId: 'other-way' });
    await look();
    await answer('followed', 'company', 'ACCEPT', 4);
    await look();
    await answer('followed', 'union', 'ACCEPT', 5);
    await look();
    expect(at.map(([, status]) => status)).toEqual(['TABLED', 'REJECTED', 'COUNTERED', 'TABLED', 'ACCEPTED']);
    for (const [cursor, status] of at) {
      const { data } = await world.query(PROPOSALS, { asOf: { cursor } });
      expect(data.negotiation.proposals.nodes).toContainEqual({ title: 'followed', status });
    }
    const { answers } = await read(id);
    expect(answers.nodes.map(({ kind }: { kind: string }) => kind)).toEqual(['REJECT', 'COUNTER', 'ACCEPT', 'ACCEPT']);
    expect(answers.nodes[1]).toMatchObject({
      by: { name: 'Harbour Company' },
      counterProposal: { title: 'other-way' },
    });
  });

  it('goes by when the answers were said, whatever order they were recorded in', async () => {
    const id = await table('late');
    await answer('late', 'union', 'ACCEPT', 9);
    await answer('late', 'union', 'REJECT', 3);
    expect((await read(id)).status).toBe('TABLED');
    await answer('late', 'company', 'ACCEPT', 4);
    expect((await read(id)).status).toBe('ACCEPTED');
  });

  it('rests on no answer whose statement is withdrawn or expunged, and such an answer is still listed', async () => {
    const id = await table('shaken');
    const yes = await answer('shaken', 'union', 'ACCEPT', 2);
    const no = await answer('shaken', 'company', 'REJECT', 3);
    expect((await read(id)).status).toBe('REJECTED');
    await world.write('withdrawStatement', { statementId: no, revision: 1, reason: 'It was not said.' });
    expect(await read(id)).toMatchObject({
      status: 'TABLED',
      answers: { nodes: [{}, { statement: { state: 'WITHDRAWN' } }] },
    });
    await answer('shaken', 'company', 'ACCEPT', 4);
    expect((await read(id)).status).toBe('ACCEPTED');
    await world.write('expungeStatement', { statementId: yes, reason: 'A court order.' });
    expect(await read(id)).toMatchObject({
      status: 'TABLED',
      answers: { nodes: [{ statement: { text: '', state: 'EXPUNGED' } }, {}, {}] },
    });
    // What no longer counts does not stand in the way of an answer either.
    await answer('shaken', 'union', 'REJECT', 5);
    expect((await read(id)).status).toBe('REJECTED');
  });

  it('is read for many proposals in as much SQL as for few', async () => {
    const few = await sqlOf(() => world.query(PROPOSALS, {}));
    for (let n = 1; n <= 5; n++) {
      await table(`many-${n}`);
      await answer(`many-${n}`, 'union', 'ACCEPT', n);
    }
    const many = await sqlOf(() => world.query(PROPOSALS, {}));
    expect(many).toHaveLength(few.length);
    expect(few.length).toBeLessThanOrEqual(6);
  });
});

describe('an answer', () => {
  beforeAll(async () => {
    await table('open');
    await publish(world, 'open-said');
    await publish(world, 'open-taken-back');
    await world.write('withdrawStatement', { statementId: 'open-taken-back', revision: 1, reason: 'Not said.' });
    await world.write('publishStatement', {
      externalId: 'said-elsewhere',
      negotiationId: 'elsewhere',
      content: {
        text: 'Something else.',
        quotationType: 'INDIRECT',
        speechActs: ['COMMENT'],
        source: { kind: 'UNKNOWN' },
        attributionLevel: 'NOT_STATED',
        said: { from: '2026-03-02T00:00:00Z', precision: 'DAY', basis: 'STATED' },
      },
    });
    await table('proposed-elsewhere', { negotiationId: 'elsewhere' });
  });

  it.each([
    [
      'by the party that tabled the proposal',
      { byId: 'mediator' },
      ['proposalId'],
      /tabled the proposal cannot answer/,
    ],
    ['by somebody it was not made to', { byId: 'gazette' }, ['proposalId'], /whose acceptance the proposal needs/],
    ['in a statement of other talks', { statementId: 'said-elsewhere' }, ['statementId'], /another negotiation/],
    ['in a withdrawn statement', { statementId: 'open-taken-back' }, ['statementId'], /^is withdrawn/],
    [
      'with a counter-proposal of other talks',
      { kind: 'COUNTER', counterProposalId: 'proposed-elsewhere' },
      ['counterProposalId'],
      /another negotiation/,
    ],
    [
      'with itself as the counter-proposal',
      { kind: 'COUNTER', counterProposalId: 'open' },
      ['counterProposalId'],
      /itself/,
    ],
    ['with a counter-proposal beside a yes', { counterProposalId: 'whole' }, ['counterProposalId'], /COUNTER only/],
  ])('%s is refused', async (_, more, path, message) => {
    const input = { proposalId: 'open', byId: 'union', kind: 'ACCEPT', statementId: 'open-said', ...more };
    expect(await refusal('answerProposal', input)).toEqual(problem(path, message));
  });

  it('after every party has accepted is refused', async () => {
    await table('closed', { toIds: ['union'] });
    await answer('closed', 'union', 'ACCEPT', 2);
    const input = { proposalId: 'closed', byId: 'union', kind: 'REJECT', statementId: 'open-said' };
    expect(await refusal('answerProposal', input)).toEqual(problem(['proposalId'], /Every party has accepted/));
  });

  it('is decided on the answers and withdrawals before it in the same import', async () => {
    const said = (externalId: string, day: number) => ({
      publishStatement: {
        externalId,
        negotiationId: 'talks',
        content: statement({ said: { from: `2026-03-0${day}T00:00:00Z`, precision: 'DAY', basis: 'STATED' } }),
      },
    });
    const answers = (n: number, byId: string, kind: string, statementId: string) => ({
      answerProposal: { externalId: `imported-${n}`, proposalId: 'imported', byId, kind, statementId },
    });
    const records = [
      { tableProposal: proposal('imported') },
      ...[1, 2, 3, 4].map((day) => said(`imported-said-${day}`, day)),
      answers(1, 'union', 'ACCEPT', 'imported-said-1'),
      answers(2, 'company', 'ACCEPT', 'imported-said-2'),
      {
        withdrawStatement: {
          externalId: 'imported-not-said',
          statementId: 'imported-said-2',
          revision: 1,
          reason: 'Not said.',
        },
      },
      answers(3, 'company', 'ACCEPT', 'imported-said-3'),
      answers(4, 'company', 'REJECT', 'imported-said-4'),
    ];
    const problems = await checkImport(records);
    expect(problems).toEqual([
      { line: records.length, path: ['proposalId'], message: expect.stringMatching(/Every party has accepted/) },
    ]);
  });

  it('past the hundredth to one proposal is refused', async () => {
    const answers = Array.from({ length: 101 }, (_, n) => ({
      answerProposal: {
        externalId: `long-${n}`,
        proposalId: 'long',
        byId: 'union',
        kind: 'REJECT',
        statementId: 'open-said',
      },
    }));
    expect(await checkImport([{ tableProposal: proposal('long') }, ...answers])).toEqual([
      { line: 102, path: ['proposalId'], message: expect.stringMatching(/has 100 answers/) },
    ]);
  });
});

describe('answers at the same moment', () => {
  const given = async (proposalId: string, kinds: readonly string[]) => {
    for (const [n] of kinds.entries()) await publish(world, `${proposalId}-at-once-${n}`);
    return kinds.map((kind, n) => ({ proposalId, byId: 'union', kind, statementId: `${proposalId}-at-once-${n}` }));
  };
  const names = (results: readonly object[]) => results.map((result) => (result as { __typename: string }).__typename);

  it('are decided one after the other: after the one that makes it accepted none is taken', async () => {
    const id = await table('at-once', { toIds: ['union'] });
    const inputs = await given('at-once', ['ACCEPT', 'ACCEPT', 'ACCEPT']);
    const results = await Promise.all(inputs.map((input) => refusal('answerProposal', input)));
    expect(names(results).sort()).toEqual(['AnswerProposalPayload', 'InvalidInputError', 'InvalidInputError']);
    expect((await read(id)).answers.nodes).toHaveLength(1);
  });

  it('are all taken where all may be', async () => {
    const id = await table('at-once-open');
    const inputs = await given('at-once-open', ['REJECT', 'COUNTER', 'REJECT', 'COUNTER']);
    const results = await Promise.all(inputs.map((input) => refusal('answerProposal', input)));
    expect(names(results)).toEqual(Array(4).fill('AnswerProposalPayload'));
    expect((await read(id)).answers.nodes).toHaveLength(4);
  });

  it('as it lapses are taken before that or not at all', async () => {
    for (let n = 0; n < 5; n++) {
      const proposalId = `lapses-at-once-${n}`;
      const id = await table(proposalId);
      const [input] = await given(proposalId, ['REJECT']);
      const [answered] = await Promise.all([
        refusal('answerProposal', input!),
        world.write('lapseProposal', { proposalId }),
      ]);
      const { data } = await world.query(
        '{ negotiation(slug: "talks") { timeline(first: 1) { nodes { kind action } } } }',
      );
      const lastIsAnAnswer = data.negotiation.timeline.nodes[0].kind === 'PROPOSAL_ANSWER';
      expect([lastIsAnAnswer, (await read(id)).answers.nodes.length]).toEqual([
        false,
        names([answered])[0] === 'AnswerProposalPayload' ? 1 : 0,
      ]);
    }
  });

  it('as their statement is withdrawn are given while it stood or not at all', async () => {
    for (let n = 0; n < 5; n++) {
      const proposalId = `withdrawn-at-once-${n}`;
      await table(proposalId);
      const [input] = await given(proposalId, ['REJECT']);
      await Promise.all([
        refusal('answerProposal', input!),
        world.write('withdrawStatement', { statementId: input!.statementId, revision: 1, reason: 'Not said.' }),
      ]);
      const { data } = await world.query(
        '{ negotiation(slug: "talks") { timeline(first: 1) { nodes { kind action } } } }',
      );
      expect(data.negotiation.timeline.nodes).toEqual([{ kind: 'STATEMENT', action: 'WITHDRAWN' }]);
    }
  });
});
