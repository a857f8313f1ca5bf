import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueKey } from '../src/desk/keys.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let negotiationId: string;
let reporter: string;
let editor: string;
beforeAll(async () => {
  world = await openWorld();
  const { negotiation } = await world.write(
    'openNegotiation',
    { externalId: 'talks', slug: 'talks', title: 'Talks', status: 'ACTIVE' },
    'negotiation { id }',
  );
  negotiationId = negotiation.id;
  reporter = await world.key('REPORTER');
  editor = await world.key('EDITOR');
});
afterAll(() => world.stop());

const DRAFTED =
  '__typename id author state text language sourceKind descriptor attributionLevel said { earliest latest precision phrase basis } negotiation { slug }';
const DRAFT = `mutation Draft($input: DraftStatementInput!) { draftStatement(input: $input) {
  __typename
  ... on DraftStatementPayload { draft { ${DRAFTED} } }
  ... on InvalidInputError { problems { path } }
  ... on NotFoundError { path }
} }`;
const PUBLISH = `mutation Publish($input: PublishDraftInput!) { publishDraft(input: $input) {
  __typename
  ... on PublishDraftPayload { cursor recordedAt statement { id text said { earliest latest phrase } source { descriptor } history(first: 5) { nodes { action } } } }
  ... on InvalidInputError { problems { path } }
  ... on NotFoundError { path given }
  ... on Error { message }
} }`;
const DISCARD = `mutation Discard($input: DiscardDraftInput!) { discardDraft(input: $input) {
  __typename
  ... on DiscardDraftPayload { draftId }
  ... on Error { message }
} }`;
const DRAFTS = `query Drafts($negotiationId: ID!, $first: Int, $after: String) {
  drafts(negotiationId: $negotiationId, first: $first, after: $after) { nodes { id text author } pageInfo { hasNextPage endCursor } }
}`;

function content(text: string, more: object = {}) {
  return {
    text,
    quotationType: 'INDIRECT',
    speechActs: ['ASSESS'],
    source: { kind: 'UNNAMED_PERSON', descriptor: 'a senior official' },
    attributionLevel: 'BACKGROUND',
    said: {
      from: '2023-10-30T00:00:00+02:00',
      to: '2023-10-30T23:59:59.999+02:00',
      precision: 'DAY',
      phrase: 'Monday',
      basis: 'INFERRED',
    },
    ...more,
  };
}

async function draft(text: string, more: object = {}, key = reporter) {
  const { data, errors } = await world.as(key, DRAFT, { input: { negotiationId, content: content(text, more) } });
  expect(errors).toBeUndefined();
  return data.draftStatement.draft as { id: string; text: string };
}

async function publish(draftId: string, key: string | null = editor) {
  const { data, errors } = await world.as(key, PUBLISH, { input: { draftId } });
  return data?.publishDraft ?? errors?.[0]?.extensions?.code;
}

async function draftTexts(): Promise<string[]> {
  const { data } = await world.as(reporter, DRAFTS, { negotiationId, first: 100 });
  return data.drafts.nodes.map(({ text }: { text: string }) => text);
}

describe('a draft', () => {
  it('is kept as it was written, for the desk to read', async () => {
    expect(await draft('They are close.')).toMatchInlineSnapshot(
      { id: expect.any(String) },
      `
      {
        "__typename": "Draft",
        "attributionLevel": "BACKGROUND",
        "author": "REPORTER of the test",
        "descriptor": "a senior official",
        "id": Any<String>,
        "language": "en",
        "negotiation": {
          "slug": "talks",
        },
        "said": {
          "basis": "INFERRED",
          "earliest": "2023-10-29T22:00:00.000Z",
          "latest": "2023-10-30T21:59:59.999Z",
          "phrase": "Monday",
          "precision": "DAY",
        },
        "sourceKind": "UNNAMED_PERSON",
        "state": "DRAFT",
        "text": "They are close.",
      }
    `,
    );
  });

  it('is no part of the record', async () => {
    const before = await world.query('{ head }');
    const { text } = await draft('A secret so far.');
    expect(await world.query('{ head }')).toEqual(before);
    const { data } = await world.query(
      `{ search(query: "secret") { nodes { id } } negotiation(slug: "talks") { statements { nodes { text } } } }`,
    );
    expect(data.search.nodes).toEqual([]);
    expect(JSON.stringify(data)).not.toContain(text);
  });

  it('is reached by no id, whoever asks', async () => {
    const { id, text } = await draft('A secret still.');
    for (const key of [null, reporter, editor]) {
      const answer = await world.as(
        key,
        'query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id __typename } }',
        { id },
      );
      expect(answer.data?.node ?? null).toBeNull();
      expect(answer.data?.nodes?.[0] ?? null).toBeNull();
      expect(JSON.stringify(answer)).not.toContain(text);
    }
    const { data } = await world.query(`query ($id: ID!) { statement(id: $id) { id } }`, { id });
    expect(data?.statement ?? null).toBeNull();
  });

  it('is written, listed and discarded by no reader', async () => {
    const { id } = await draft('Not for readers.');
    const readerKey = await world.key('READER');
    for (const [key, code] of [
      [null, 'UNAUTHENTICATED'],
      [readerKey, 'FORBIDDEN'],
    ] as const) {
      const denied = [
        await world.as(key, DRAFTS, { negotiationId }),
        await world.as(key, DRAFT, { input: { negotiationId, content: content('Mine') } }),
        await world.as(key, DISCARD, { input: { draftId: id } }),
        await world.as(key, PUBLISH, { input: { draftId: id } }),
      ];
      for (const { data, errors } of denied) {
        expect(data ?? null).toBeNull();
        expect(errors).toMatchObject([{ extensions: { code } }]);
      }
    }
    expect(await draftTexts()).toContain('Not for readers.');
  });

  it('is held to the bounds of its texts and lists, and to a negotiation that there is', async () => {
    const write = async (input: object) => (await world.as(reporter, DRAFT, { input })).data.draftStatement;
    expect(await write({ negotiationId, externalId: 'not an id', content: content(' ') })).toEqual({
      __typename: 'InvalidInputError',
      problems: [{ path: ['content', 'text'] }, { path: ['externalId'] }],
    });
    expect(await write({ negotiationId: 'nowhere', content: content('x') })).toEqual({
      __typename: 'NotFoundError',
      path: ['negotiationId'],
    });
    expect((await write({ negotiationId: 'talks', content: content('by external id') })).__typename).toBe(
      'DraftStatementPayload',
    );
  });

  it('comes in pages, the one begun last first', async () => {
    const { negotiation } = await world.write(
      'openNegotiation',
      { slug: 'paged', title: 'Paged', status: 'ACTIVE' },
      'negotiation { id }',
    );
    for (const text of ['one', 'two', 'three']) {
      await world.as(reporter, DRAFT, { input: { negotiationId: negotiation.id, content: content(text) } });
    }
    const first = (await world.as(reporter, DRAFTS, { negotiationId: negotiation.id, first: 2 })).data.drafts;
    expect(first.nodes.map(({ text }: { text: string }) => text)).toEqual(['three', 'two']);
    const rest = (
      await world.as(reporter, DRAFTS, { negotiationId: negotiation.id, first: 2, after: first.pageInfo.endCursor })
    ).data.drafts;
    expect(rest).toMatchObject({ nodes: [{ text: 'one' }], pageInfo: { hasNextPage: false } });
  });
});

async function drafted(input: object) {
  return (await world.as(reporter, DRAFT, { input })).data.draftStatement;
}

describe('a draft with an external id', () => {
  const input = (externalId: string, text: string, more: object = {}) => ({
    externalId,
    negotiationId,
    content: content(text, more),
  });

  it('is kept once, however often the same input comes', async () => {
    const [first, ...again] = await Promise.all(Array.from({ length: 4 }, () => drafted(input('kept', 'Kept once.'))));
    expect(first.__typename).toBe('DraftStatementPayload');
    for (const other of again) expect(other).toEqual(first);
    expect(await drafted(input('kept', 'Kept once.', { reliability: null }))).toEqual(first);
    expect((await draftTexts()).filter((text) => text === 'Kept once.')).toHaveLength(1);
    // Nothing was done, so the desk hears of nothing.
    const lines = await world.database.prisma.auditEntry.count();
    expect(await drafted(input('kept', 'Kept once.'))).toEqual(first);
    expect(await world.database.prisma.auditEntry.count()).toBe(lines);
  });

  it('is refused for other content, and for what the record has already', async () => {
    await drafted(input('other', 'One thing.'));
    expect(await drafted(input('other', 'Another.'))).toMatchObject({ __typename: 'AlreadyRecordedError' });
    expect(await drafted(input('talks', 'Another.'))).toMatchObject({ __typename: 'AlreadyRecordedError' });
  });

  it('gives its id free when it is discarded', async () => {
    const { draft: first } = await drafted(input('freed', 'First.'));
    await world.as(reporter, DISCARD, { input: { draftId: first.id } });
    expect(await drafted(input('freed', 'Second.'))).toMatchObject({ draft: { text: 'Second.' } });
  });
});

describe('publishing a draft', () => {
  it('makes it a statement as it was written, and a draft no more', async () => {
    const { id } = await draft('They are very close.', {
      translations: [{ language: 'fr', text: 'Très proches.', by: 'DESK' }],
    });
    const published = await publish(id);
    expect(published).toMatchObject({
      __typename: 'PublishDraftPayload',
      statement: {
        text: 'They are very close.',
        said: { earliest: '2023-10-29T22:00:00.000Z', latest: '2023-10-30T21:59:59.999Z', phrase: 'Monday' },
        source: { descriptor: 'a senior official' },
        history: { nodes: [{ action: 'PUBLISHED' }] },
      },
    });
    expect(await draftTexts()).not.toContain('They are very close.');
    const { data } = await world.query(
      `query ($cursor: Cursor!) { head search(query: "très proches", asOf: { cursor: $cursor }) { nodes { id } } }`,
      { cursor: published.cursor },
    );
    expect(data).toEqual({ head: published.cursor, search: { nodes: [{ id: published.statement.id }] } });
  });

  it('is for an editor', async () => {
    const { id } = await draft('A reporter would publish this.');
    expect(await publish(id, reporter)).toBe('FORBIDDEN');
    expect(await draftTexts()).toContain('A reporter would publish this.');
  });

  it('refuses what cannot be said, and keeps the draft', async () => {
    const missing = await draft('It refers to nobody.', { addressedToId: 'nobody' });
    expect(await publish(missing.id)).toMatchObject({
      __typename: 'NotFoundError',
      path: ['content', 'addressedToId'],
      given: 'nobody',
    });
    const unsaid = await draft('It does nothing.', { speechActs: [] });
    expect(await publish(unsaid.id)).toMatchObject({
      __typename: 'InvalidInputError',
      problems: [{ path: ['content', 'speechActs'] }],
    });
    expect(await draftTexts()).toEqual(expect.arrayContaining(['It refers to nobody.', 'It does nothing.']));
    await world.write('recordPerson', { externalId: 'nobody', name: 'Somebody after all' });
    expect((await publish(missing.id)).__typename).toBe('PublishDraftPayload');
  });

  it('happens once: whoever comes second gets a conflict, also at the same moment', async () => {
    const one = await draft('Twice, one after the other.');
    expect((await publish(one.id)).__typename).toBe('PublishDraftPayload');
    expect(await publish(one.id)).toMatchObject({ __typename: 'ConflictError' });

    const other = await draft('Twice at the same moment.');
    const results = await Promise.all(Array.from({ length: 6 }, () => publish(other.id)));
    expect(results.map(({ __typename }) => __typename).sort()).toEqual([
      ...Array(5).fill('ConflictError'),
      'PublishDraftPayload',
    ]);
    const { data } = await world.query('{ search(query: "\\"Twice at the same moment\\"") { nodes { id } } }');
    expect(data.search.nodes).toHaveLength(1);
  });

  it('is the same as publishing the same input, under the same external id', async () => {
    const input = { externalId: 'said-1', negotiationId, content: content('Once, by either way.') };
    const { statement } = await publish((await drafted(input)).draft.id);
    expect(await world.write('publishStatement', input, 'statement { id }')).toMatchObject({
      statement: { id: statement.id },
    });
  });

  it('that was published by its external id meanwhile is refused', async () => {
    const input = { externalId: 'said-2', negotiationId, content: content('Published beside the draft.') };
    const { draft: waiting } = await drafted(input);
    await world.write('publishStatement', input);
    expect(await publish(waiting.id)).toMatchObject({ __typename: 'AlreadyRecordedError' });
    expect(await draftTexts()).toContain('Published beside the draft.');
  });

  it('knows no other ids', async () => {
    for (const id of ['no id', negotiationId])
      expect(await publish(id)).toMatchObject({ __typename: 'NotFoundError', path: ['draftId'] });
  });
});

describe('discarding a draft', () => {
  const discard = async (key: string, draftId: string) => {
    const { data, errors } = await world.as(key, DISCARD, { input: { draftId } });
    return data?.discardDraft ?? errors?.[0]?.extensions?.code;
  };

  it('is for its author, and for an editor', async () => {
    const { key: other } = await issueKey(world.database.prisma, { name: 'Other', role: 'REPORTER', expiresAt: null });
    const mine = await draft('Mine to discard.');
    expect(await discard(other, mine.id)).toBe('FORBIDDEN');
    expect(await discard(reporter, mine.id)).toEqual({
      __typename: 'DiscardDraftPayload',
      draftId: mine.id,
    });
    const theirs = await draft('Anybody’s.', {}, other);
    expect(await discard(editor, theirs.id)).toEqual({ __typename: 'DiscardDraftPayload', draftId: theirs.id });
    expect(await discard(editor, theirs.id)).toMatchObject({ __typename: 'ConflictError' });
    expect(await publish(theirs.id)).toMatchObject({ __typename: 'ConflictError' });
  });
});
