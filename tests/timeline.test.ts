import { Readable } from 'node:stream';
import { isInterfaceType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../src/graphql/schema.ts';
import { MODEL_OF, type SubjectType } from '../src/ledger/subjects.ts';
import { importRecords } from '../src/transfer/import.ts';
import { sqlOf } from './support/sql.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld({ ANSWER_CACHE_BYTES: '0' });
});
afterAll(() => world.stop());

const CHANGE = `cursor recordedAt action kind note negotiation { slug status }
  subject { __typename ... on Statement { text state } ... on Negotiation { status } ... on Person { name } ... on Report { headline outlet { name } } }`;
const CHANGES = `query Changes($since: Cursor, $negotiationId: ID, $kinds: [ChangeKind!], $first: Int, $after: String) {
  head
  changes(since: $since, negotiationId: $negotiationId, kinds: $kinds, first: $first, after: $after) {
    nodes { ${CHANGE} } pageInfo { hasNextPage endCursor }
  }
}`;
const TIMELINE = `query Timeline($slug: String!, $since: Cursor, $kinds: [ChangeKind!], $asOf: AsOf, $first: Int, $after: String) {
  negotiation(slug: $slug, asOf: $asOf) { timeline(since: $since, kinds: $kinds, first: $first, after: $after) { nodes { ${CHANGE} } pageInfo { hasNextPage endCursor } } }
}`;
const FOLLOW = `subscription Follow($negotiationId: ID!, $kinds: [ChangeKind!], $after: Cursor) {
  timeline(negotiationId: $negotiationId, kinds: $kinds, after: $after) { ${CHANGE} }
}`;

interface Change {
  readonly cursor: string;
  readonly action: string;
  readonly kind: string;
  readonly note: string | null;
  readonly subject: Record<string, unknown> | null;
}

function said(text: string) {
  return {
    text,
    quotationType: 'INDIRECT',
    speechActs: ['COMMENT'],
    source: { kind: 'UNKNOWN' },
    attributionLevel: 'NOT_STATED',
    said: { from: '2023-10-30T00:00:00Z', precision: 'DAY', basis: 'STATED' },
  };
}

async function head(): Promise<string> {
  return (await world.query('{ head }')).data.head;
}

let count = 0;
/** A negotiation in which a statement was published, corrected, withdrawn, and another published. */
async function talks() {
  const slug = `talks-${++count}`;
  const since = await head();
  const { negotiation } = await world.write(
    'openNegotiation',
    { slug, title: slug, status: 'ACTIVE' },
    'negotiation { id }',
  );
  const { statement } = await world.write(
    'publishStatement',
    { negotiationId: negotiation.id, content: said('first') },
    'statement { id }',
  );
  await world.write('correctStatement', {
    statementId: statement.id,
    revision: 1,
    note: 'one word',
    changes: { text: 'corrected' },
  });
  await world.write('recordPerson', { name: `Person ${slug}` });
  await world.write('changeNegotiationStatus', {
    negotiationId: negotiation.id,
    status: 'SUSPENDED',
    note: 'broken off',
  });
  await world.write('withdrawStatement', { statementId: statement.id, revision: 2, reason: 'wrong' });
  const { cursor } = await world.write('publishStatement', { negotiationId: negotiation.id, content: said('second') });
  return {
    slug,
    since,
    negotiationId: negotiation.id as string,
    statementId: statement.id as string,
    last: cursor as string,
  };
}

function outline(changes: readonly Change[]): string[] {
  return changes.map(({ action, kind, subject, note }) => {
    const shown = subject && (subject.text ?? subject.status ?? subject.name);
    return [action, kind, shown, note].filter((part) => part !== null && part !== undefined).join(' ');
  });
}

const ALL = [
  'RECORDED NEGOTIATION ACTIVE',
  'PUBLISHED STATEMENT first',
  'CORRECTED STATEMENT corrected one word',
  'CHANGED NEGOTIATION SUSPENDED broken off',
  'WITHDRAWN STATEMENT corrected wrong',
  'PUBLISHED STATEMENT second',
];

describe('the head', () => {
  it('is where the whole request is read, and is followed by what comes next', async () => {
    const before = await head();
    expect(await head()).toBe(before);
    const { cursor } = await world.write('recordPerson', { name: 'Next' });
    expect(await head()).toBe(cursor);
    const { data } = await world.query(CHANGES, { since: before });
    expect(outline(data.changes.nodes)).toEqual(['RECORDED PERSON Next']);
  });
});

describe('changes since a cursor', () => {
  it('come oldest first, each with what it was about as it stood right after', async () => {
    const { since, slug, last } = await talks();
    const { data, errors } = await world.query(CHANGES, { since });
    expect(errors).toBeUndefined();
    expect(outline(data.changes.nodes)).toEqual([
      ...ALL.slice(0, 3),
      `RECORDED PERSON Person ${slug}`,
      ...ALL.slice(3),
    ]);
    expect(data.changes.nodes.at(-1).cursor).toBe(last);
    expect(data.head).toBe(last);
    expect(data.changes.nodes.map(({ negotiation }: any) => negotiation?.status ?? null)).toEqual([
      'ACTIVE',
      'ACTIVE',
      'ACTIVE',
      null,
      'SUSPENDED',
      'SUSPENDED',
      'SUSPENDED',
    ]);
    expect(data.changes.nodes.map(({ subject }: any) => subject.state).filter(Boolean)).toEqual([
      'PUBLISHED',
      'PUBLISHED',
      'WITHDRAWN',
      'PUBLISHED',
    ]);
    expect((await world.query(CHANGES, { since: last })).data.changes.nodes).toEqual([]);
  });

  it('show all below what changed as it stood right after, too', async () => {
    const { since } = await talks();
    const { data } = await world.query(
      `query ($since: Cursor!) { changes(since: $since, kinds: [STATEMENT]) { nodes { subject { ... on Statement { negotiation { status } } } } } }`,
      { since },
    );
    const statuses = data.changes.nodes.map(
      ({ subject }: { subject: { negotiation: { status: string } } }) => subject.negotiation.status,
    );
    expect(statuses).toEqual(['ACTIVE', 'ACTIVE', 'SUSPENDED', 'SUSPENDED']);
  });

  it('can be of one negotiation, and of some kinds', async () => {
    const { since, negotiationId } = await talks();
    await talks();
    expect(outline((await world.query(CHANGES, { since, negotiationId })).data.changes.nodes)).toEqual(ALL);
    expect(outline((await world.query(CHANGES, { negotiationId, kinds: ['NEGOTIATION'] })).data.changes.nodes)).toEqual(
      [ALL[0], ALL[3]],
    );
    expect((await world.query(CHANGES, { negotiationId, kinds: ['PERSON', 'HELD_GROUP'] })).data.changes.nodes).toEqual(
      [],
    );
    expect((await world.query(CHANGES, { negotiationId, kinds: [] })).data.changes.nodes).toEqual([]);
  });

  it('come in pages of which the later hold nothing that was recorded after the first', async () => {
    const { since, negotiationId } = await talks();
    const first = (await world.query(CHANGES, { since, negotiationId, first: 4 })).data.changes;
    await world.write('publishStatement', { negotiationId, content: said('meanwhile') });
    const rest = (await world.query(CHANGES, { since, negotiationId, first: 4, after: first.pageInfo.endCursor })).data
      .changes;
    expect(outline([...first.nodes, ...rest.nodes])).toEqual(ALL);
    expect([first.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual([true, false]);
    const { errors } = await world.query(CHANGES, { since, first: 4, after: first.pageInfo.endCursor });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_CURSOR' } }]);
  });

  it('are refused for a cursor of the future, or one that is none', async () => {
    const { cursors } = world.server.ledger;
    const future = cursors.seal((await world.server.ledger.head()) + 1n);
    expect((await world.query(CHANGES, { since: future })).errors).toMatchObject([
      { extensions: { code: 'CURSOR_IN_FUTURE' } },
    ]);
    expect((await world.query(CHANGES, { since: 'x' })).errors).toMatchObject([{ extensions: { code: 'BAD_CURSOR' } }]);
  });

  it('tell nothing of what was expunged', async () => {
    const { since, statementId } = await talks();
    await world.write('expungeStatement', { statementId, reason: 'for safety' });
    const { data } = await world.query(CHANGES, { since, kinds: ['STATEMENT'] });
    expect(outline(data.changes.nodes)).toEqual([
      'PUBLISHED STATEMENT ',
      'CORRECTED STATEMENT ',
      'WITHDRAWN STATEMENT ',
      'PUBLISHED STATEMENT second',
      'EXPUNGED STATEMENT  for safety',
    ]);
  });

  it('are read with one query a table, however many there are', async () => {
    const { since } = await talks();
    await talks();
    const issued = await sqlOf(async () => {
      const { data } = await world.query(CHANGES, { since, first: 100 });
      expect(data.changes.nodes).toHaveLength(14);
    });
    for (const table of ['statement', 'negotiation', 'actor']) {
      expect(
        issued.filter((text) => text.includes(`JOIN ${table} t`)),
        table,
      ).toHaveLength(1);
    }
  });

  it('can be about anything that the ledger tells of', () => {
    for (const type of Object.keys(MODEL_OF) as SubjectType[]) {
      const found = schema.getType(type);
      expect(
        isObjectType(found) && found.getInterfaces().some((one) => isInterfaceType(one) && one.name === 'Node'),
        type,
      ).toBe(true);
    }
  });
});

describe('the timeline of a negotiation', () => {
  it('shows its changes, newest first', async () => {
    const { slug } = await talks();
    expect(outline((await world.query(TIMELINE, { slug })).data.negotiation.timeline.nodes)).toEqual(ALL.toReversed());
    expect(
      outline((await world.query(TIMELINE, { slug, kinds: ['STATEMENT'], first: 2 })).data.negotiation.timeline.nodes),
    ).toEqual([ALL[5], ALL[4]]);
  });

  it('is read as of a moment like all else', async () => {
    const { slug } = await talks();
    const { nodes } = (await world.query(TIMELINE, { slug })).data.negotiation.timeline;
    const asOf = { cursor: nodes[3].cursor };
    expect(outline((await world.query(TIMELINE, { slug, asOf })).data.negotiation.timeline.nodes)).toEqual(
      ALL.slice(0, 3).toReversed(),
    );
  });

  it('can be of what came after a cursor, page after page, up to the moment at which it is read', async () => {
    const { slug } = await talks();
    const { nodes } = (await world.query(TIMELINE, { slug })).data.negotiation.timeline;
    const [, last, , , first] = nodes;
    const between = { slug, since: first.cursor, asOf: { cursor: last.cursor } };
    const read = async (more: object) =>
      (await world.query(TIMELINE, { ...between, ...more })).data.negotiation.timeline;
    expect((await read({})).nodes).toEqual(nodes.slice(1, 4));
    const page = await read({ first: 2 });
    expect(page).toMatchObject({ nodes: nodes.slice(1, 3), pageInfo: { hasNextPage: true } });
    expect(await read({ first: 2, after: page.pageInfo.endCursor })).toMatchObject({
      nodes: nodes.slice(3, 4),
      pageInfo: { hasNextPage: false },
    });
    expect((await read({ since: last.cursor })).nodes).toEqual([]);
    expect((await world.query(TIMELINE, { slug, since: 'rubbish' })).errors).toHaveLength(1);
  });
});

describe('following a negotiation', () => {
  it('goes on from a query without a seam: nothing lost, nothing twice, in order', async () => {
    const { slug, negotiationId } = await talks();
    const { nodes } = (await world.query(TIMELINE, { slug, first: 3 })).data.negotiation.timeline;
    const events = world
      .client()
      .iterate<{ timeline: Change }>({ query: FOLLOW, variables: { negotiationId, after: nodes[2].cursor } });
    const next = async () => {
      const { value } = await events.next();
      expect(value?.errors).toBeUndefined();
      return value!.data!.timeline;
    };
    expect(outline([await next(), await next()])).toEqual(ALL.slice(4));
    await talks();
    await world.write('changeNegotiationStatus', { negotiationId, status: 'ACTIVE' });
    await world.write('publishStatement', { negotiationId, content: said('third') });
    expect(outline([await next(), await next()])).toEqual(['CHANGED NEGOTIATION ACTIVE', 'PUBLISHED STATEMENT third']);
    await events.return?.();
  });

  it('can be of some kinds, from now on', async () => {
    const { negotiationId, statementId } = await talks();
    const events = world.client().iterate<{ timeline: Change }>({
      query: FOLLOW,
      variables: { negotiationId, kinds: ['NEGOTIATION'], after: await head() },
    });
    const first = events.next();
    await world.write('expungeStatement', { statementId, reason: 'for safety' });
    const { cursor } = await world.write('changeNegotiationStatus', { negotiationId, status: 'AGREED' });
    const { value } = await first;
    expect(value!.data!.timeline).toMatchObject({ cursor, kind: 'NEGOTIATION', subject: { status: 'AGREED' } });
    await events.return?.();
  });
});

describe('following the whole record', () => {
  const FOLLOW_ALL = `subscription All($kinds: [ChangeKind!], $after: Cursor) {
    changes(kinds: $kinds, after: $after) { ${CHANGE} }
  }`;

  it('goes on from a query without a seam, whichever talks a change is of, or none', async () => {
    const [first, second] = [await talks(), await talks()];
    const after = await head();
    const events = world.client().iterate<{ changes: Change }>({ query: FOLLOW_ALL, variables: { after } });
    const next = async () => (await events.next()).value!.data!.changes;
    await world.write('changeNegotiationStatus', { negotiationId: first.negotiationId, status: 'ACTIVE' });
    await world.write('recordPerson', { name: 'Of no talks' });
    const one = await next();
    await world.write('publishStatement', { negotiationId: second.negotiationId, content: said('elsewhere') });
    const changes = [one, await next(), await next()];
    expect(outline(changes)).toEqual([
      'CHANGED NEGOTIATION ACTIVE',
      'RECORDED PERSON Of no talks',
      'PUBLISHED STATEMENT elsewhere',
    ]);
    expect((await world.query(CHANGES, { since: after })).data.changes.nodes).toEqual(changes);
    await events.return?.();
  });

  it('can be of some kinds', async () => {
    const events = world.client().iterate<{ changes: Change }>({
      query: FOLLOW_ALL,
      variables: { kinds: ['NEGOTIATION'], after: await head() },
    });
    await world.write('recordPerson', { name: 'Of no interest' });
    const { slug } = await talks();
    expect((await events.next()).value!.data!.changes).toMatchObject({
      action: 'RECORDED',
      kind: 'NEGOTIATION',
      negotiation: { slug },
    });
    await events.return?.();
  });
});

describe('the moments of a negotiation', () => {
  const moments = async (slug: string, most: number, asOf?: object) => {
    const { data, errors } = await world.query(
      'query ($slug: String!, $most: Int, $asOf: AsOf) { negotiation(slug: $slug, asOf: $asOf) { moments(most: $most) { cursor recordedAt changes } } }',
      { slug, most, asOf },
    );
    return { list: data?.negotiation?.moments as { cursor: string; changes: number }[], errors };
  };

  it('are all of its changes while they are few, and as of a moment those up to it', async () => {
    const slug = `moments-${++count}`;
    await world.write('openNegotiation', { externalId: slug, slug, title: slug, status: 'ACTIVE' });
    const cursors: string[] = [];
    for (let n = 0; n < 11; n++) {
      const { cursor } = await world.write('publishStatement', { negotiationId: slug, content: said(`${n}`) });
      cursors.push(cursor);
    }
    const all = (await moments(slug, 200)).list;
    expect(all.map(({ changes }) => changes)).toEqual(Array.from({ length: 12 }, (_, n) => n + 1));
    expect(all.slice(1).map(({ cursor }) => cursor)).toEqual(cursors);
    expect((await moments(slug, 200, { cursor: cursors[4] })).list).toEqual(all.slice(0, 6));

    const some = (await moments(slug, 4)).list;
    expect(some.map(({ changes }) => changes)).toEqual([1, 5, 9, 12]);
    expect((await moments(slug, 2)).list.map(({ changes }) => changes)).toEqual([1, 12]);
    expect((await moments(slug, 1)).errors).toMatchObject([{ extensions: { code: 'BAD_PAGE' } }]);
  });

  it('are looked up, however many changes lie between them', async () => {
    const slug = `moments-${++count}`;
    await world.write('openNegotiation', { externalId: slug, slug, title: slug, status: 'ACTIVE' });
    const lines = Array.from({ length: 600 }, (_, n) =>
      JSON.stringify({ publishStatement: { externalId: `${slug}-${n}`, negotiationId: slug, content: said(`${n}`) } }),
    );
    await importRecords(world.server.ledger, Readable.from([Buffer.from(`${lines.join('\n')}\n`)]));
    const { prisma } = world.database;
    const { id } = await prisma.negotiation.findFirstOrThrow({ where: { slug } });
    const [asked = ''] = (await sqlOf(() => moments(slug, 3))).filter((text) => text.includes('generate_series'));
    expect((await moments(slug, 3)).list.map(({ changes }) => changes)).toEqual([1, 302, 601]);
    const { position } = await prisma.ledgerHead.findFirstOrThrow();
    const values = [`'${id}'`, position, 2, `'${id}'`];
    const [explained] = await prisma.$queryRawUnsafe<{ 'QUERY PLAN': [{ Plan: PlanNode }] }[]>(
      `EXPLAIN (ANALYZE, FORMAT JSON) ${asked.replaceAll(/\$(\d)/g, (_, n) => String(values[n - 1]))}`,
    );
    // One for each moment, and one to know how many there are.
    expect(rowsRead(explained!['QUERY PLAN'][0].Plan)).toBeLessThan(10);
  });
});

interface PlanNode {
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly PlanNode[];
}

/** How many rows of tables a plan went through. */
function rowsRead(node: PlanNode): number {
  const own = node['Relation Name'] === undefined ? 0 : node['Actual Rows'] * node['Actual Loops'];
  return (node.Plans ?? []).reduce((sum, plan) => sum + rowsRead(plan), own);
}
