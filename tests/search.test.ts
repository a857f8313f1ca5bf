import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqlOf } from './support/sql.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let talks: string;
let others: string;
let beforeAnything: string;
beforeAll(async () => {
  world = await openWorld({ ANSWER_CACHE_BYTES: '0' });
  const open = async (slug: string) =>
    (await world.write('openNegotiation', { slug, title: slug, status: 'ACTIVE' }, 'negotiation { id }')).negotiation
      .id;
  talks = await open('talks');
  others = await open('others');
  beforeAnything = (await world.query<{ head: string }>('{ head }')).data.head;
});
afterAll(() => world.stop());

const SEARCH = `query Search($query: String!, $filter: StatementFilter, $negotiationId: ID, $orderBy: SearchOrder, $asOf: AsOf, $first: Int, $after: String) {
  search(query: $query, filter: $filter, negotiationId: $negotiationId, orderBy: $orderBy, asOf: $asOf, first: $first, after: $after) {
    edges { highlight passages { place html appearance { exact } } node { id text state } } pageInfo { hasNextPage endCursor }
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
    edges: {
      highlight: string;
      passages: { place: string; html: string; appearance: { exact: string } | null }[];
      node: { id: string; text: string; state: string };
    }[];
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
  it('finds all of the words, phrases, either of two, and not another, in any ending and case', async () => {
    const opened = await publish('The crossing was opened for wounded people.');
    await publish('Opened letters were found; no crossing of lines.');
    expect((await found('crossings OPEN')).sort()).toEqual([
      'Opened letters were found; no crossing of lines.',
      'The crossing was opened for wounded people.',
    ]);
    expect(await found('"crossing was opened"')).toEqual(['The crossing was opened for wounded people.']);
    expect(await found('"opened crossing"')).toEqual([]);
    expect(await found('crossing -letter')).toEqual(['The crossing was opened for wounded people.']);
    expect(await found('wounded or letters')).toHaveLength(2);
    expect(await found('crossing nowhere')).toEqual([]);
    expect(await found('crossing', { asOf: { cursor: opened.cursor } })).toEqual([
      'The crossing was opened for wounded people.',
    ]);
  });

  it('excludes a phrase where it stands, and not where its words do', async () => {
    await publish('The exchange of a prisoner and of hostages was named.');
    await publish('A prisoner exchange freed the hostages.');
    expect(await found('hostages -"prisoner exchange"')).toEqual([
      'The exchange of a prisoner and of hostages was named.',
    ]);
    expect(await found('"the hostages" -"exchange of a prisoner"')).toEqual([
      'A prisoner exchange freed the hostages.',
    ]);
    expect(await found('hostages -prisoner or named -"prisoner exchange"')).toEqual([
      'The exchange of a prisoner and of hostages was named.',
    ]);
  });

  it('gives first what fits best: the text before the source and the report, and words that stand together', async () => {
    const source = { kind: 'UNNAMED_PERSON', descriptor: 'a lighthouse keeper' };
    await publish('The keeper of the old lighthouse spoke.');
    await publish('A keeper spoke, and then of many other things, and of ships, storms and a lighthouse.');
    await publish('The lighthouse keeper spoke.');
    await publish('Somebody spoke.', { source });
    await publish('The lighthouse was seen by its keeper, who spoke.', { source });
    expect(await found('lighthouse keeper')).toEqual([
      'The lighthouse keeper spoke.',
      'The lighthouse was seen by its keeper, who spoke.',
      'Somebody spoke.',
      'The keeper of the old lighthouse spoke.',
      'A keeper spoke, and then of many other things, and of ships, storms and a lighthouse.',
    ]);
    expect((await found('lighthouse keeper', { orderBy: 'NEWEST_RECORDED' }))[0]).toBe(
      'The lighthouse was seen by its keeper, who spoke.',
    );
  });

  it('looks in the source as published, translations and the words of reports too, and shows where it was found', async () => {
    const { organization } = await world.write(
      'recordOrganization',
      { name: 'Outlet', kind: 'NEWS_OUTLET' },
      'organization { id }',
    );
    const { report } = await world.write(
      'recordReport',
      { outletId: organization.id, kind: 'ARTICLE', language: 'es' },
      'report { id }',
    );
    const text = 'Told in our words.';
    await publish(text, {
      source: { kind: 'UNNAMED_PERSON', descriptor: 'a regional envoy' },
      translations: [{ language: 'fr', text: 'Raconté autrement.', by: 'DESK' }],
      appearances: [{ reportId: report.id, exact: 'contado <allí>', prefix: 'lo que fue', medium: 'Radio Marítima' }],
    });
    const places = async (query: string) => {
      const { edges } = await search(query);
      expect(
        edges.map(({ highlight, node }) => [highlight, node.text]),
        query,
      ).toEqual([[text, text]]);
      return edges[0]?.passages.map(({ place, html, appearance }) => [place, html, appearance?.exact ?? null]);
    };
    expect(await places('envoys')).toEqual([['SOURCE', 'a regional <mark>envoy</mark>', null]]);
    expect(await places('raconter')).toEqual([['TRANSLATION', '<mark>Raconté</mark> autrement.', null]]);
    expect(await places('contada')).toEqual([
      ['APPEARANCE', 'lo que fue <mark>contado</mark> &lt;allí&gt;', 'contado <allí>'],
    ]);
    expect(await places('maritima')).toEqual([['APPEARANCE', 'Radio <mark>Marítima</mark>', 'contado <allí>']]);
    expect((await search('"in our words"')).edges[0]?.passages).toEqual([]);
  });

  it('can be of one negotiation, and narrowed by a filter', async () => {
    await publish('Aid trucks waited.', { speechActs: ['DENY'] });
    await publish('Aid trucks moved.', {}, others);
    expect(await found('truck')).toEqual(['Aid trucks moved.', 'Aid trucks waited.']);
    expect(
      await found('truck', { filter: { saidFrom: '2023-11-30T00:00:00Z', saidTo: '2023-01-01T00:00:00Z' } }),
    ).toEqual([]);
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

  it('gives each statement once, however the record moves between the pages', async () => {
    const texts = Array.from({ length: 7 }, (_, n) => `${'Tugboat '.repeat(1 + (n % 3))}of pier ${n}.`);
    const written = [];
    for (const text of texts) written.push(await publish(text));
    for (const orderBy of ['RELEVANCE', 'NEWEST_RECORDED']) {
      const whole = await found('tugboats', { orderBy });
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof search>> = await search('tugboats', { orderBy, first: 2, after });
        seen.push(...page.edges.map(({ node }) => node.text));
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
        const changes = { text: `No boat any more, ${orderBy} ${seen.length}.` };
        await world.write('correctStatement', { statementId: written.pop()?.id, revision: 1, note: 'x', changes });
        written.unshift(await publish(`Tugboat tugboat tugboat tugboat ${orderBy} ${seen.length}.`));
      } while (after !== null);
      expect(seen).toEqual(whole);
    }
  });

  it('is refused when there is nothing to look for, or too much', async () => {
    for (const query of [
      '',
      ' ',
      '"" -',
      '…',
      '\u0007\u001b',
      'a\u0000b',
      'x'.repeat(10_000),
      '-crane',
      '-"old crane" -new',
    ]) {
      expect((await world.query(SEARCH, { query })).errors, query).toMatchObject([
        { extensions: { code: 'BAD_QUERY' } },
      ]);
    }
  });

  it('of words that say nothing, or of signs among words, is an answer and no error', async () => {
    await publish('Bollard and winch.');
    expect(await found('the of and')).toEqual([]);
    expect(await found('"the of"')).toEqual([]);
    expect(await found('x'.repeat(500))).toEqual([]);
    expect(await found(`it's (a | b) & c:* ! <-> \\ ' " "unended`)).toEqual([]);
    for (const query of [
      '"bollard',
      'bollard"',
      '\u0001bollard\u0007 \u007fwinch',
      "bollard' & !winch | (",
      'bollard\ud800 winch',
    ])
      expect(await found(query), query).toEqual(['Bollard and winch.']);
  });
});

describe('a language', () => {
  it.each([
    ['en', 'They released the captives.', 'releasing captive'],
    ['fr', 'Les négociations sur la trêve étaient suspendues.', 'negociation suspendue treves'],
    ['es', 'La negociación sobre los rehenes avanzó.', 'negociaciones rehén avanzo'],
    ['ar', 'المفاوضات حول الرهائن مستمرة', 'رهائن المستمرة'],
    ['de', 'Die Häfen bleiben geschlossen.', 'hafen geschlossene'],
  ])('has its endings reduced and its accents folded: %s', async (language, text, query) => {
    await publish(text, { language });
    expect(await found(query)).toEqual([text]);
  });

  it('that cannot be reduced is matched as written, and its short words count', async () => {
    await publish('שיחות על החטופים בעזה', { language: 'he' });
    expect(await found('החטופים בעזה')).toEqual(['שיחות על החטופים בעזה']);
    expect(await found('חטופים')).toEqual([]);
    expect(await found('על')).toEqual(['שיחות על החטופים בעזה']);
  });

  it('is that of each statement, so that what one excludes by its endings another does not bring back', async () => {
    await publish('Wharf parties agreed.');
    await publish('Le wharf est fermé.', { language: 'fr' });
    expect(await found('wharf -party')).toEqual(['Le wharf est fermé.']);
  });

  it('does not bring back what another excludes in the same statement, nor does a form without accents', async () => {
    const french = { language: 'fr', by: 'DESK' };
    await publish('Qatar hosted the meeting in Doha.', {
      translations: [{ ...french, text: 'Le Qatar a accueilli la réunion à Doha.' }],
    });
    await publish('Les pourparlers de l’Été.', { language: 'fr' });
    await publish('Les pourparlers, négociés à Genève.', { language: 'fr' });
    expect(await found('hosted doha')).toHaveLength(1);
    for (const query of ['qatar -meeting', 'doha -réunion', 'doha -reunion', 'accueilli -"the meeting"'])
      expect(await found(query), query).toEqual([]);
    const { edges } = await search('qatar -meetings or hosted -ferry');
    expect(edges.map(({ highlight }) => highlight)).toEqual([
      '<mark>Qatar</mark> <mark>hosted</mark> the meeting in Doha.',
    ]);
    for (const query of ['pourparlers -Été', 'pourparlers -négociés -été', 'pourparlers -genève -ete'])
      expect(await found(query), query).toEqual(
        query.includes('-n') || query.includes('-g') ? [] : ['Les pourparlers, négociés à Genève.'],
      );
  });

  it('says nothing of how the record is searched as of a moment before it occurred', async () => {
    const asked = { query: '-bollards', asOf: { cursor: beforeAnything } };
    await publish('כן', { language: 'he' });
    expect(await found(asked.query, asked)).toEqual([]);
    const { errors } = await world.query(SEARCH, { query: asked.query });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_QUERY' } }]);
  });

  it('has its accents folded whichever way they were typed, and marked as they stand', async () => {
    await publish('La négociation à l’Élysée est terminée.', { language: 'fr' });
    for (const query of ['elysee négociations', 'ÉLYSÉE negociation', 'e\u0301lyse\u0301e']) {
      expect((await search(query)).edges[0]?.highlight, query).toContain('<mark>Élysée</mark>');
    }
    expect((await search('terminer elysee')).edges[0]?.highlight).toBe(
      'La négociation à l’<mark>Élysée</mark> est <mark>terminée</mark>.',
    );
  });
});

describe('a name', () => {
  let before: string;
  beforeAll(async () => {
    const { organization } = await world.write(
      'recordOrganization',
      { name: 'Ministry of Foreign Affairs of Qatar', kind: 'GOVERNMENT_BODY', aliases: ['Qatar MFA'] },
      'organization { id }',
    );
    before = (await world.query<{ head: string }>('{ head }')).data.head;
    const person = async (name: string, aliases: string[] = []) =>
      (await world.write('recordPerson', { name, aliases }, 'person { id }')).person.id;
    const speakers = [
      [await person('Majed bin Mohammed Al-Ansari', ['ماجد الأنصاري']), 'The spokesman spoke.'],
      [await person('al-Ansari'), 'The one with half a name spoke.'],
      [await person('José Núñez'), 'The delegate spoke.'],
    ];
    for (const [personId, text] of speakers) {
      await publish(text, {
        source: { kind: 'NAMED_PERSON', personId, onBehalfOfId: organization.id },
        attributionLevel: 'ON_THE_RECORD',
      });
    }
  });

  const named = async (name: string, more: object = {}) => {
    const { data, errors } = await world.query(
      'query N($name: String!, $asOf: AsOf, $first: Int, $after: String) { searchActors(name: $name, asOf: $asOf, first: $first, after: $after) { nodes { __typename name } pageInfo { endCursor } } }',
      { name, ...more },
    );
    expect(errors).toBeUndefined();
    return data.searchActors.nodes.map((actor: { name: string }) => actor.name) as string[];
  };

  it('finds what is credited to whoever bears it, in any spelling and with other words', async () => {
    for (const query of ['Al Ansari', 'al-Ansari', 'Majed Ansari', 'Ansary'])
      expect((await found(query)).sort(), query).toEqual(['The one with half a name spoke.', 'The spokesman spoke.']);
    expect(await found('ansari spokesman')).toEqual(['The spokesman spoke.']);
    expect(await found('ماجد الأنصاري')).toEqual(['The spokesman spoke.']);
    expect(await found('jose nunez')).toEqual(['The delegate spoke.']);
    expect(await found('"Foreign Affairs of Qatar" delegate')).toEqual(['The delegate spoke.']);
    expect((await search('mfa delegate')).edges[0]?.passages).toEqual([
      { place: 'SOURCE', html: 'Qatar <mark>MFA</mark>', appearance: null },
    ]);
  });

  it('finds the actors who are called much like that, the likest first, as of any moment', async () => {
    expect(await named('Majed Al Ansari')).toEqual(['Majed bin Mohammed Al-Ansari', 'al-Ansari']);
    expect(await named('Al Ansari')).toEqual(['al-Ansari', 'Majed bin Mohammed Al-Ansari']);
    expect(await named('NUNEZ')).toEqual(['José Núñez']);
    expect(await named('qatar mfa')).toEqual(['Ministry of Foreign Affairs of Qatar']);
    expect(await named('Al Ansari', { asOf: { cursor: before } })).toEqual([]);
    expect(await named('somebody else')).toEqual([]);
    const { data } = await world.query(
      '{ searchActors(name: "al ansari", first: 1) { nodes { name } pageInfo { endCursor } } }',
    );
    expect(await named('al ansari', { first: 1, after: data.searchActors.pageInfo.endCursor })).toEqual([
      'Majed bin Mohammed Al-Ansari',
    ]);
    const { errors } = await world.query('{ searchActors(name: "\\u0000") { nodes { name } } }');
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_QUERY' } }]);
  });
});

describe('an expunction', () => {
  it('leaves the words in no table, and in no index that finds them', async () => {
    const { report } = await world.write(
      'recordReport',
      {
        outletId: (
          await world.write('recordOrganization', { name: 'Paper', kind: 'NEWS_OUTLET' }, 'organization { id }')
        ).organization.id,
        kind: 'ARTICLE',
      },
      'report { id }',
    );
    const { id } = await publish('The quokka was fed.', {
      source: { kind: 'UNNAMED_PERSON', descriptor: 'a wombat keeper' },
      translations: [{ language: 'fr', text: 'Le potoroo mange.', by: 'DESK' }],
      appearances: [{ reportId: report.id, exact: 'bandicoot', prefix: 'the numbat and the' }],
    });
    await world.write('correctStatement', {
      statementId: id,
      revision: 1,
      note: 'a bilby',
      changes: { text: 'The dunnart was fed.' },
    });
    const words = ['quokka', 'wombat', 'potoroo', 'bandicoot', 'numbat', 'bilby', 'dunnart'];
    const { prisma } = world.database;
    const kept = async () => {
      const tables = await prisma.$queryRaw<{ name: string }[]>`
        SELECT quote_ident(table_name) AS name FROM information_schema.tables
        WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'`;
      const inTables = await Promise.all(
        tables.map(async ({ name }) => {
          const rows = await prisma.$queryRawUnsafe<object[]>(
            `SELECT 1 FROM ${name} t WHERE t::text ~* $1`,
            words.join('|'),
          );
          return rows.length > 0 ? [name] : [];
        }),
      );
      const [, , inIndex] = await prisma.$transaction([
        prisma.$executeRaw`SET LOCAL enable_seqscan = off`,
        prisma.$executeRaw`SET LOCAL enable_indexscan = off`,
        prisma.$queryRaw<object[]>`
          SELECT 1 FROM search_statement WHERE words @@ to_tsquery('parley_simple', ${words.join('|')})`,
      ]);
      return { inTables: inTables.flat().sort(), inIndex: inIndex.length };
    };
    expect(await kept()).toEqual({ inTables: ['appearance', 'ledger', 'search_statement', 'statement'], inIndex: 2 });
    await world.write('expungeStatement', { statementId: id, reason: 'for safety' });
    expect(await kept()).toEqual({ inTables: [], inIndex: 0 });
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
    const headlines = async (work: () => Promise<unknown>) =>
      (await sqlOf(work)).filter((statement) => statement.includes('ts_headline')).length;
    expect(await headlines(() => world.query('{ search(query: "lantern") { nodes { text } } }'))).toBe(0);
    // For the texts, and for the passages.
    expect(await headlines(() => search('lantern'))).toBe(2);
    expect((await search('lantern')).edges).toHaveLength(3);
  });
});
