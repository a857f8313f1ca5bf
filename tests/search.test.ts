import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openWorld, type World } from './support/world.ts';

let world: World;
let talks: string;
let others: string;
beforeAll(async () => {
  world = await openWorld();
  const open = async (slug: string) =>
    (await world.write('openNegotiation', { slug, title: slug, status: 'ACTIVE' }, 'negotiation { id }')).negotiation
      .id;
  talks = await open('talks');
  others = await open('others');
});
afterAll(() => world.stop());

const SEARCH = `query Search($query: String!, $filter: StatementFilter, $negotiationId: ID, $asOf: AsOf, $first: Int, $after: String) {
  search(query: $query, filter: $filter, negotiationId: $negotiationId, asOf: $asOf, first: $first, after: $after) {
    edges { highlight node { id text state } } pageInfo { hasNextPage endCursor }
  }
}`;

async function publish(
  text: string,
  more: object = {},
  negotiationId = talks,
): Promise<{ id: string; cursor: string }> {
  const content = {
    text,
    quotationType: 'INDIRECT',
    speechActs: ['COMMENT'],
    source: { kind: 'UNKNOWN' },
    attributionLevel: 'NOT_STATED',
    said: { from: '2023-10-30T00:00:00Z', precision: 'DAY', basis: 'STATED' },
    ...more,
  };
  const { statement, cursor } = await world.write('publishStatement', { negotiationId, content }, 'statement { id }');
  return { id: statement.id, cursor };
}

async function search(query: string, more: object = {}) {
  const { data, errors } = await world.query(SEARCH, { query, ...more });
  expect(errors).toBeUndefined();
  return data.search as {
    edges: { highlight: string; node: { id: string; text: string; state: string } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
  };
}

async function found(query: string, more: object = {}): Promise<string[]> {
  return (await search(query, more)).edges.map(({ node }) => node.text);
}

function withoutMarks(html: string): string {
  return html
    .replaceAll(/<\/?mark>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

describe('a search', () => {
  it('finds all of the words, phrases, either of two, and not another, the newest first', async () => {
    const opened = await publish('The crossing was opened for wounded people.');
    await publish('Opened letters were found; no crossing of lines.');
    expect(await found('crossing OPENED')).toEqual([
      'Opened letters were found; no crossing of lines.',
      'The crossing was opened for wounded people.',
    ]);
    expect(await found('"crossing was opened"')).toEqual(['The crossing was opened for wounded people.']);
    expect(await found('crossing -letters')).toEqual(['The crossing was opened for wounded people.']);
    expect(await found('wounded or letters')).toHaveLength(2);
    expect(await found('crossing nowhere')).toEqual([]);
    expect(await found('crossing', { asOf: { cursor: opened.cursor } })).toEqual([
      'The crossing was opened for wounded people.',
    ]);
  });

  it('looks in the source as published, translations and the words of reports too', async () => {
    const { organization } = await world.write(
      'recordOrganization',
      { name: 'Outlet', kind: 'NEWS_OUTLET' },
      'organization { id }',
    );
    const { report } = await world.write(
      'recordReport',
      { outletId: organization.id, kind: 'ARTICLE' },
      'report { id }',
    );
    const text = 'Told in our words.';
    await publish(text, {
      source: { kind: 'UNNAMED_PERSON', descriptor: 'a regional envoy' },
      translations: [{ language: 'fr', text: 'Raconté autrement.', by: 'DESK' }],
      appearances: [{ reportId: report.id, exact: 'as it was gabled there' }],
    });
    for (const query of ['envoy', 'raconté', 'gabled', '"in our words"'])
      expect(await found(query), query).toEqual([text]);
    expect((await search('envoy')).edges[0]?.highlight).toBe(text);
  });

  it('can be of one negotiation, and narrowed by a filter', async () => {
    await publish('Aid trucks waited.', { speechActs: ['DENY'] });
    await publish('Aid trucks moved.', {}, others);
    expect(await found('trucks')).toEqual(['Aid trucks moved.', 'Aid trucks waited.']);
    expect(await found('trucks', { negotiationId: others })).toEqual(['Aid trucks moved.']);
    expect(await found('trucks', { filter: { speechActs: ['DENY'] } })).toEqual(['Aid trucks waited.']);
  });

  it('finds a statement as it reads now, withdrawn ones marked, expunged ones never', async () => {
    const { id, cursor } = await publish('The wage offer was seven percent.');
    await world.write('correctStatement', {
      statementId: id,
      revision: 1,
      note: 'misheard',
      changes: { text: 'The wage offer was eleven percent.' },
    });
    expect(await found('seven percent')).toEqual([]);
    expect(await found('seven percent', { asOf: { cursor } })).toEqual(['The wage offer was seven percent.']);
    await world.write('withdrawStatement', { statementId: id, revision: 2, reason: 'wrong' });
    expect((await search('eleven percent')).edges).toMatchObject([{ node: { id, state: 'WITHDRAWN' } }]);
    await world.write('expungeStatement', { statementId: id, reason: 'for safety' });
    expect(await found('percent')).toEqual([]);
    expect(await found('percent', { asOf: { cursor } })).toEqual([]);
  });

  it('comes in pages, whose cursors belong to one query', async () => {
    for (const n of [1, 2, 3]) await publish(`Ferry number ${n}.`);
    const first = await search('ferry', { first: 2 });
    await publish('Ferry meanwhile.');
    const rest = await search('ferry', { first: 2, after: first.pageInfo.endCursor });
    expect([...first.edges, ...rest.edges].map(({ node }) => node.text)).toEqual([
      'Ferry number 3.',
      'Ferry number 2.',
      'Ferry number 1.',
    ]);
    const { errors } = await world.query(SEARCH, { query: 'number', first: 2, after: first.pageInfo.endCursor });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_CURSOR' } }]);
  });

  it('is refused when there is nothing to look for, or too much', async () => {
    for (const query of ['', ' ', '"" -', '…', 'a\u0000b', 'word '.repeat(101)]) {
      expect((await world.query(SEARCH, { query })).errors, query).toMatchObject([
        { extensions: { code: 'BAD_QUERY' } },
      ]);
    }
    expect(await found('x'.repeat(500))).toEqual([]);
    expect(await found(`it's (a | b) & c:* ! <-> \\ ' " "unended`)).toEqual([]);
  });
});

describe('a highlight', () => {
  it('marks the words that were found, in HTML in which nothing else is a tag', async () => {
    await publish('Talks <b>failed</b> & talks & <mark>talks</mark> go on; "talks".');
    expect((await search('talks failed')).edges[0]?.highlight).toBe(
      '<mark>Talks</mark> &lt;b&gt;<mark>failed</mark>&lt;/b&gt; &amp; <mark>talks</mark> &amp; &lt;mark&gt;<mark>talks</mark>&lt;/mark&gt; go on; "<mark>talks</mark>".',
    );
  });

  it('leaves out nothing of the text', async () => {
    const texts = [
      'Zebra: see https://news.example/a/b?c=d#e, or write to desk@news.example.',
      'Zebra-crossing, half-hearted, well-known; 50/50, 1,000.5 and -3e7; v1.2.3 &amp; &#38;',
      `Zebra ${'a long way '.repeat(400)}to the end\n\n\tof the «text» — “quoted”, ‘so’ 🕊️ مفاوضات 谈判.`,
      '<!-- zebra --> <script>alert("zebra")</script> <a href="x">zebra</a> /var/zebra/x',
    ];
    for (const text of texts) await publish(text);
    const { edges } = await search('zebra');
    expect(edges.map(({ highlight }) => withoutMarks(highlight))).toEqual(texts.toReversed());
    for (const { highlight } of edges) expect(highlight).toMatch(/<mark>zebra<\/mark>/i);
  });

  it('is made for a whole page at once, and only when it is asked for', async () => {
    for (const n of [1, 2, 3]) await publish(`Lantern ${n}.`);
    const asked = vi.spyOn(world.database.prisma, '$queryRaw');
    const headlines = () =>
      asked.mock.calls.filter(([sql]) => String('strings' in sql ? sql.strings : sql).includes('ts_headline')).length;
    await world.query('{ search(query: "lantern") { nodes { text } } }');
    expect(headlines()).toBe(0);
    expect((await search('lantern')).edges).toHaveLength(3);
    expect(headlines()).toBe(1);
    asked.mockRestore();
  });
});
