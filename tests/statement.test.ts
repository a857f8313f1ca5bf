import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publish, seedTalks, statement } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await seedTalks(world);
});
afterAll(() => world.stop());

const READ = `query Read($id: ID!, $asOf: AsOf) {
  head
  statement(id: $id, asOf: $asOf) {
    text state revision
    source { kind descriptor person { name } post { title } onBehalfOf { name } }
    said { earliest latest precision phrase basis }
    appearances { exact report { headline outlet { name } } }
    stances { kind party { name } }
    history { nodes { action note cursor statement { text } } }
  }
}`;

async function head(): Promise<string> {
  return (await world.query<{ head: string }>('{ head }')).data.head;
}

describe('a published statement', () => {
  it('reads back as it was written, with the post that its speaker held when it was said', async () => {
    const id = await publish(world, 'first');
    const { data, errors } = await world.query(READ, { id });
    expect(errors).toBeUndefined();
    expect(data.statement).toMatchObject({
      text: 'The union wants eight per cent.',
      state: 'PUBLISHED',
      revision: 1,
      source: {
        kind: 'NAMED_PERSON',
        person: { name: 'Ada Quay' },
        post: { title: 'general secretary' },
        onBehalfOf: { name: 'Dockers’ Union' },
      },
      said: {
        earliest: '2026-03-02T00:00:00.000Z',
        latest: '2026-03-02T23:59:59.999Z',
        precision: 'DAY',
        phrase: 'Monday',
        basis: 'STATED',
      },
      appearances: [
        { exact: 'eight per cent', report: { headline: 'Talks go on', outlet: { name: 'Harbour Gazette' } } },
      ],
    });
  });

  it('is credited to no post when the speaker held none that day', async () => {
    const id = await publish(world, 'before-the-post', {
      said: { from: '2024-05-01T00:00:00Z', precision: 'DAY', basis: 'STATED' },
    });
    expect((await world.query(READ, { id })).data.statement.source.post).toBeNull();
  });

  it('is written once, however often the same input comes under the same external id', async () => {
    const first = await publish(world, 'again');
    const before = await head();
    expect(await publish(world, 'again')).toBe(first);
    expect(await head()).toBe(before);
  });
});

describe('a corrected statement', () => {
  it('shows the first wording as of the cursor before, and the correction in its history at the head', async () => {
    const id = await publish(world, 'to-correct', { stances: [{ partyId: 'union', termId: 'pay', kind: 'DEMANDS' }] });
    const before = await head();
    await world.write('correctStatement', {
      statementId: 'to-correct',
      revision: 1,
      note: 'The figure was seven.',
      changes: { text: 'The union wants seven per cent.' },
    });
    const now = (await world.query(READ, { id })).data.statement;
    expect(now).toMatchObject({ text: 'The union wants seven per cent.', revision: 2 });
    expect(now.stances).toEqual([{ kind: 'DEMANDS', party: { name: 'Dockers’ Union' } }]);
    expect(now.history.nodes).toMatchObject([
      { action: 'PUBLISHED', note: null, statement: { text: 'The union wants eight per cent.' } },
      { action: 'CORRECTED', note: 'The figure was seven.', statement: { text: 'The union wants seven per cent.' } },
    ]);
    const then = (await world.query(READ, { id, asOf: { cursor: before } })).data.statement;
    expect(then).toMatchObject({ text: 'The union wants eight per cent.', revision: 1 });
    expect(then.history.nodes).toHaveLength(1);
  });

  it('stands beside its earlier self in one query of two positions', async () => {
    const id = await publish(world, 'two-positions');
    const then = await head();
    await world.write('correctStatement', {
      statementId: 'two-positions',
      revision: 1,
      note: 'Wording.',
      changes: { text: 'Nine.' },
    });
    const { data } = await world.query(
      'query Two($id: ID!, $then: Cursor!) { now: statement(id: $id) { text } then: statement(id: $id, asOf: { cursor: $then }) { text } }',
      { id, then },
    );
    expect(data).toEqual({ now: { text: 'Nine.' }, then: { text: 'The union wants eight per cent.' } });
  });

  it('reads as of the instant of each of its changes as it stood from then on', async () => {
    const first = await world.write(
      'publishStatement',
      { negotiationId: 'talks', content: statement() },
      'statement { id }',
    );
    const second = await world.write('correctStatement', {
      statementId: first.statement.id,
      revision: 1,
      note: 'x',
      changes: { text: 'Later.' },
    });
    for (const [instant, text] of [
      [first.recordedAt, 'The union wants eight per cent.'],
      [second.recordedAt, 'Later.'],
    ]) {
      const { data } = await world.query(READ, { id: first.statement.id, asOf: { instant } });
      expect(data.statement.text).toBe(text);
    }
  });

  it('is refused to the second of two who correct the same revision, naming the one in force', async () => {
    await publish(world, 'contended');
    const correct = (text: string) =>
      world.desk(
        `mutation Correct($input: CorrectStatementInput!) { correctStatement(input: $input) {
          __typename ... on ConflictError { message currentRevision } ... on CorrectStatementPayload { statement { text } } } }`,
        { input: { statementId: 'contended', revision: 1, note: 'x', changes: { text } } },
      );
    const answers = await Promise.all([correct('One.'), correct('Other.')]);
    const results = answers
      .map(({ data }) => data.correctStatement)
      .sort((a, b) => a.__typename.localeCompare(b.__typename));
    expect(results[0]).toMatchObject({ __typename: 'ConflictError', currentRevision: 2 });
    expect(results[1].__typename).toBe('CorrectStatementPayload');
  });
});

describe('a correction', () => {
  it.each([
    ['nothing', {}],
    ['the same text', { text: 'The union wants eight per cent.' }],
    ['the same appearances', { appearances: [{ reportId: 'story', exact: 'eight per cent' }] }],
    ['no text', { text: null }],
    ['no source', { source: null }],
    ['no date', { said: null }],
  ])('of %s is refused, and nobody is told of it', async (_, changes) => {
    await publish(world, 'unchanged');
    const before = await head();
    await expect(
      world.write('correctStatement', { statementId: 'unchanged', revision: 1, note: 'x', changes }),
    ).rejects.toThrow('InvalidInputError');
    expect(await head()).toBe(before);
  });
});

describe('an unnamed source', () => {
  const unnamed = { source: { kind: 'UNNAMED_PERSON', descriptor: 'an official' }, attributionLevel: 'BACKGROUND' };

  it.each<[string, object]>([
    ['the chain', { relays: [{ kind: 'HOLDER', actorId: 'ada' }] }],
    ['who passed it on', { relays: [{ kind: 'RELAYED_BY', actorId: 'ada' }], viewOfId: 'ada' }],
    [
      'the holder of its estimate',
      { estimates: [{ outcomeId: 'deal', holderId: 'ada', words: '50/50', scheme: 'ODDS' }] },
    ],
  ])('is not led to by a person named as %s', async (_, changes) => {
    await world.write('poseOutcome', { externalId: 'deal', negotiationId: 'talks', question: 'A deal?' });
    await expect(publish(world, crypto.randomUUID(), { ...unnamed, ...changes })).rejects.toThrow('InvalidInputError');
  });

  it('may say whose view it reports', async () => {
    const view = {
      viewOfId: 'ada',
      relays: [
        { kind: 'HOLDER', actorId: 'ada' },
        { kind: 'RELAYED_BY', descriptor: 'an official' },
      ],
    };
    await publish(world, 'a-view', { ...unnamed, ...view });
  });

  it('is not told by a collective that is a person', async () => {
    const source = { kind: 'COLLECTIVE', personId: 'ada', onBehalfOfId: 'union' };
    await expect(publish(world, 'no-person', { source })).rejects.toThrow('InvalidInputError');
  });
});

describe('a withdrawn statement', () => {
  it('stays, marked, with the reason; claims nothing any more; and is readable as of an earlier position', async () => {
    const id = await publish(world, 'to-withdraw', { stances: [{ partyId: 'union', termId: 'pay', kind: 'DEMANDS' }] });
    const before = await head();
    await world.write('withdrawStatement', {
      statementId: 'to-withdraw',
      revision: 1,
      reason: 'The recording was another’s.',
    });
    const now = (await world.query(READ, { id })).data.statement;
    expect(now).toMatchObject({ state: 'WITHDRAWN', text: 'The union wants eight per cent.', stances: [] });
    expect(now.history.nodes.at(-1)).toMatchObject({ action: 'WITHDRAWN', note: 'The recording was another’s.' });
    const then = (await world.query(READ, { id, asOf: { cursor: before } })).data.statement;
    expect(then).toMatchObject({ state: 'PUBLISHED', stances: [{ kind: 'DEMANDS' }] });
  });

  it('takes no correction', async () => {
    await publish(world, 'gone');
    await world.write('withdrawStatement', { statementId: 'gone', revision: 1, reason: 'x' });
    await expect(
      world.write('correctStatement', { statementId: 'gone', revision: 2, note: 'x', changes: { text: 'y' } }),
    ).rejects.toThrow('WithdrawnError');
  });
});

describe('an expunged statement', () => {
  it('is blank in every version, keeps a tombstone with the reason, and leaves its words nowhere in the database', async () => {
    const secret = 'Xyzzyplugh';
    const id = await publish(world, 'to-expunge', {
      text: `They said ${secret}.`,
      appearances: [{ reportId: 'story', exact: secret }],
      translations: [{ language: 'fr', text: secret, by: 'DESK' }],
      relays: [{ kind: 'HOLDER', descriptor: secret }],
      stances: [{ partyId: 'union', termId: 'pay', kind: 'DEMANDS', note: secret }],
    });
    const published = await head();
    await world.write('correctStatement', {
      statementId: 'to-expunge',
      revision: 1,
      note: `Not ${secret}`,
      changes: { text: `${secret}!` },
    });
    await world.write('expungeStatement', { statementId: 'to-expunge', reason: 'A person is in danger.' });
    for (const asOf of [null, { cursor: published }]) {
      const { statement: tombstone } = (await world.query(READ, { id, asOf })).data;
      expect(tombstone).toMatchObject({
        state: 'EXPUNGED',
        text: '',
        source: { kind: 'UNKNOWN', person: null },
        appearances: [],
        stances: [],
      });
    }
    const { history } = (await world.query(READ, { id })).data.statement;
    expect(history.nodes.map(({ action, note }: { action: string; note: string }) => [action, note])).toEqual([
      ['PUBLISHED', null],
      ['CORRECTED', null],
      ['EXPUNGED', 'A person is in danger.'],
    ]);
    const tables = await world.database.prisma.$queryRaw<{ t: string }[]>`
      SELECT table_name::text AS t FROM information_schema.tables WHERE table_schema = 'public'`;
    for (const { t } of tables) {
      const [row] = await world.database.prisma.$queryRawUnsafe<{ n: bigint }[]>(
        `SELECT count(*) AS n FROM "${t}" AS r WHERE to_jsonb(r)::text ILIKE $1`,
        `%${secret}%`,
      );
      expect([t, row?.n]).toEqual([t, 0n]);
    }
  });

  it('needs an administrator', async () => {
    await publish(world, 'not-yet');
    const { errors } = await world.desk(
      'mutation { expungeStatement(input: { statementId: "not-yet", reason: "x" }) { __typename } }',
    );
    expect(errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  });
});

describe('bad input', () => {
  const PUBLISH = `mutation Publish($input: PublishStatementInput!) { publishStatement(input: $input) {
    __typename
    ... on InvalidInputError { problems { path message } }
    ... on NotFoundError { path given message }
    ... on AlreadyRecordedError { given }
  } }`;
  const attempt = async (changes: object, externalId?: string) => {
    const { data, errors } = await world.desk(PUBLISH, {
      input: { externalId, negotiationId: 'talks', content: statement(changes) },
    });
    return errors ? { errors } : data.publishStatement;
  };

  it.each<[string, object, object]>([
    ['text that is empty', { text: '  ' }, { problems: [{ path: ['content', 'text'] }] }],
    [
      'text over its length',
      { text: 'x'.repeat(20_001) },
      { problems: [{ path: ['content', 'text'], message: 'has 20001 characters; at most 20000 are kept.' }] },
    ],
    ['a NUL character', { text: 'a\u0000b' }, { problems: [{ path: ['content', 'text'] }] }],
    [
      'a partial date that ends before it begins',
      { said: { from: '2026-03-02T00:00:00Z', to: '2026-03-01T00:00:00Z', precision: 'DAY', basis: 'STATED' } },
      { problems: [{ path: ['content', 'said'] }] },
    ],
    [
      'an unnamed source with a person',
      {
        source: { kind: 'UNNAMED_PERSON', personId: 'ada', descriptor: 'an official' },
        attributionLevel: 'BACKGROUND',
      },
      { problems: [{ path: ['content', 'source'] }] },
    ],
    ['no speech act', { speechActs: [] }, { problems: [{ path: ['content', 'speechActs'] }] }],
    ['a credibility off the scale', { credibility: 7 }, { problems: [{ path: ['content', 'credibility'] }] }],
    [
      'too many appearances',
      { appearances: Array(51).fill({ reportId: 'story' }) },
      { problems: [{ path: ['content', 'appearances'] }] },
    ],
  ])('is refused for %s, at its place, and nothing is written', async (_, changes, expected) => {
    const before = await head();
    expect(await attempt(changes)).toMatchObject({ __typename: 'InvalidInputError', ...expected });
    expect(await head()).toBe(before);
  });

  it.each<[string, object, object]>([
    [
      'an unknown id',
      { source: { kind: 'NAMED_PERSON', personId: 'nobody' } },
      { path: ['content', 'source', 'personId'], given: 'nobody' },
    ],
    [
      'an id of another kind',
      { source: { kind: 'NAMED_PERSON', personId: 'union' } },
      { path: ['content', 'source', 'personId'], given: 'union' },
    ],
    [
      'an unknown term',
      { stances: [{ partyId: 'union', termId: 'nothing', kind: 'DEMANDS' }] },
      { path: ['content', 'stances', '0', 'termId'] },
    ],
  ])('is refused for %s, naming it', async (_, changes, expected) => {
    expect(await attempt(changes)).toMatchObject({ __typename: 'NotFoundError', ...expected });
  });

  it('is refused for a stance on a term of another negotiation', async () => {
    await world.write('openNegotiation', {
      slug: 'elsewhere',
      externalId: 'elsewhere',
      title: 'Elsewhere',
      status: 'ACTIVE',
    });
    await world.write('addTerm', {
      externalId: 'their-term',
      negotiationId: 'elsewhere',
      title: 'Theirs',
      category: 'OTHER',
    });
    expect(await attempt({ stances: [{ partyId: 'union', termId: 'their-term', kind: 'DEMANDS' }] })).toMatchObject({
      __typename: 'InvalidInputError',
      problems: [{ path: ['content', 'stances', '0', 'termId'], message: 'belongs to another negotiation.' }],
    });
  });

  it('is refused for an external id that has other content already', async () => {
    await publish(world, 'taken');
    expect(await attempt({ text: 'Something else.' }, 'taken')).toMatchObject({
      __typename: 'AlreadyRecordedError',
      given: 'taken',
    });
  });

  it('is refused for an address that is none, or that is no web address', async () => {
    const record = (url: string) =>
      world.desk(
        'mutation R($url: URL) { recordPerson(input: { name: "P", url: $url }) { __typename ... on InvalidInputError { problems { path } } } }',
        { url },
      );
    expect((await record('not an address')).errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
    expect((await record('javascript:alert(1)')).data.recordPerson).toMatchObject({
      __typename: 'InvalidInputError',
      problems: [{ path: ['url'] }],
    });
  });

  it('is refused for a year that no calendar has, and for a NUL in an argument', async () => {
    const code = async (query: string) => (await world.query(query)).errors?.[0]?.extensions?.code;
    expect(await code('{ negotiation(slug: "talks", asOf: { instant: "0000-01-01T00:00:00Z" }) { title } }')).toBe(
      'BAD_USER_INPUT',
    );
    expect(await code('{ negotiation(slug: "a\\u0000") { title } }')).toBe('BAD_USER_INPUT');
    expect(await code('{ actors(filter: { name: "a\\u0000" }) { nodes { name } } }')).toBe('BAD_USER_INPUT');
  });

  it.each([
    ['in the future', { instant: '2199-01-01T00:00:00Z' }, 'AS_OF_IN_FUTURE'],
    ['before the first entry', { instant: '1999-01-01T00:00:00Z' }, 'AS_OF_BEFORE_RECORD'],
    ['at a cursor from elsewhere', { cursor: 'AAAAAAAAAAAAAAAAAAAAAA' }, 'BAD_CURSOR'],
  ])('is refused for a moment %s', async (_, asOf, code) => {
    const { errors } = await world.query('query N($asOf: AsOf) { negotiation(slug: "talks", asOf: $asOf) { title } }', {
      asOf,
    });
    expect(errors?.[0]?.extensions?.code).toBe(code);
  });

  it('is refused from a caller without a key, with a wrong key, and from a reporter', async () => {
    const document = PUBLISH;
    const input = { negotiationId: 'talks', content: statement() };
    expect((await world.query(document, { input })).errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
    expect((await world.as('parley_nonsense', document, { input })).errors?.[0]?.extensions?.code).toBe(
      'UNAUTHENTICATED',
    );
    expect((await world.as(await world.key('REPORTER'), document, { input })).errors?.[0]?.extensions?.code).toBe(
      'FORBIDDEN',
    );
  });
});
