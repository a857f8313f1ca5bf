import { print } from 'graphql';
import { MODEL_OF } from '../../../src/ledger/subjects.ts';
import { BoardDocument } from '../../generated/operations.ts';
import { greetedSocket } from '../raw-socket.ts';
import { openStream } from '../raw-stream.ts';
import { statement } from '../talks.ts';
import { type Ask, type Known, type Path, path, untilLast } from './path.ts';
import { fieldsShown, selectionOf } from './selection.ts';
import { MARKS } from './things.ts';

const STATEMENT = selectionOf('Statement', 1);
export const FOLLOW = `subscription Follow($talks: ID!, $after: Cursor) {
  statements(negotiationId: $talks, after: $after) { __typename ... on StatementEvent { cursor statement ${STATEMENT} }
    ... on StatementCorrected { note } ... on StatementWithdrawn { reason } } }`;
export const TIMELINE = `subscription Timeline($talks: ID!, $after: Cursor) {
  timeline(negotiationId: $talks, after: $after) ${selectionOf('Change', 1)} }`;
export const CHANGES = `subscription Changes($after: Cursor) { changes(after: $after) ${selectionOf('Change', 1)} }`;

/** By which the record is read. */
export const RECORD_PATHS: readonly Path[] = [
  path('field', (ask, { negotiations }) =>
    Promise.all(
      negotiations.flatMap(({ slug }) =>
        fieldsShown('Negotiation', 2).map((field) => ask(`{ negotiation(slug: "${slug}") { ${field} } }`)),
      ),
    ),
  ),
  path('board', (ask, { negotiations }) =>
    Promise.all(negotiations.map(({ slug }) => ask(print(BoardDocument), { slug }))),
  ),
  path('node', (ask, { subjects }) =>
    Promise.all(
      subjects.map(({ type, id }) =>
        ask(`query N($id: ID!) { node(id: $id) { ... on ${type} ${selectionOf(type, 1)} } }`, { id }),
      ),
    ),
  ),
  path('nodes', (ask, { subjects }) => {
    const ids = subjects.map(({ id }) => id);
    const pages = Array.from({ length: Math.ceil(ids.length / 50) }, (_, n) => ids.slice(50 * n, 50 * (n + 1)));
    return Promise.all(
      pages.map((page) => ask(`query N($ids: [ID!]!) { nodes(ids: $ids) { __typename id ${TITLES} } }`, { ids: page })),
    );
  }),
  path('edges', (ask) =>
    Promise.all([
      ask(
        `{ negotiations(first: 50) { edges { cursor node ${selectionOf('Negotiation', 0)} } pageInfo { endCursor hasNextPage } } }`,
      ),
      ask(
        `{ actors(first: 100) { edges { cursor node ${selectionOf('Actor', 0)} } pageInfo { endCursor hasNextPage } } }`,
      ),
      ask(
        `{ changes(first: 100) { edges { cursor node ${selectionOf('Change', 1)} } pageInfo { endCursor hasNextPage } } }`,
      ),
    ]),
  ),
  path('filter', (ask, { subjects }) => {
    const actors = subjects.filter(({ type }) => MODEL_OF[type] === 'actor');
    const asked = actors.map(({ type, id }) =>
      ask(
        `query F($id: ID!) {
          negotiations(filter: { actorId: $id }) { nodes ${selectionOf('Negotiation', 0)} }
          said: search(query: "said", filter: { ${type === 'Person' ? 'speakerId' : 'partyId'}: $id }) { nodes { text } }
          actors(filter: { name: "zq" }) { nodes { name aliases } } }`,
        { id },
      ),
    );
    return Promise.all(asked);
  }),
  path('order', (ask, { subjects }) =>
    Promise.all(
      subjects
        .filter(({ type }) => type === 'Person')
        .flatMap(({ id }) =>
          ['NEWEST_SAID', 'NEWEST_RECORDED'].map((order) =>
            ask(
              `query O($id: ID!) { node(id: $id) { ... on Person { statements(orderBy: ${order}) { edges { cursor node { text } } } } } }`,
              { id },
            ),
          ),
        ),
    ),
  ),
  path('cursor', (ask, { subjects }) =>
    Promise.all([
      ask('{ head }'),
      ...cursorsOf(subjects).map((since) =>
        ask(
          `query C($since: Cursor!) { head changes(first: 100, since: $since) { nodes ${selectionOf('Change', 1)} } }`,
          { since },
        ),
      ),
    ]),
  ),
  path('search', (ask) =>
    Promise.all(
      [...Object.values(MARKS), 'said', 'översatt', '-och'].map((query) =>
        ask(
          'query S($query: String!) { search(query: $query) { nodes { text } } searchActors(name: $query) { nodes { name aliases } } }',
          { query },
        ),
      ),
    ),
  ),
  path('highlight', (ask) =>
    Promise.all(
      [...Object.values(MARKS), 'said'].map((query) =>
        ask(
          'query H($query: String!) { search(query: $query) { edges { cursor highlight passages { place html } } } }',
          { query },
        ),
      ),
    ),
  ),
  path('asOf', (ask, { subjects, negotiations }) =>
    Promise.all([
      ...subjects
        .filter(({ type }) => type === 'Statement')
        .flatMap(({ id, cursors }) =>
          cursors.map((at) =>
            ask(`query A($id: ID!, $at: Cursor!) { statement(id: $id, asOf: { cursor: $at }) ${STATEMENT} }`, {
              id,
              at,
            }),
          ),
        ),
      ...cursorsOf(subjects).map((at) => {
        const each = negotiations.map(
          ({ slug }, index) =>
            `n${index}: negotiation(slug: "${slug}", asOf: { cursor: $at }) ${selectionOf('Negotiation', 0)}`,
        );
        return ask(`query A($at: Cursor!) { ${each.join(' ')} }`, { at });
      }),
    ]),
  ),
  {
    name: 'replay',
    shows: true,
    read: async ({ key }, { world, negotiations, start }) => {
      const socket = await greetedSocket(world.url, { key });
      for (const [index, { id }] of negotiations.entries()) {
        socket.subscribe(`s${index}`, FOLLOW, { talks: id, after: start });
        socket.subscribe(`t${index}`, TIMELINE, { talks: id, after: start });
      }
      socket.subscribe('c', CHANGES, { after: start });
      await untilLast(
        () => JSON.stringify(socket.received),
        () => socket.next(),
      );
      socket.cut();
      return JSON.stringify(socket.received);
    },
  },
  {
    name: 'SSE',
    shows: true,
    read: async ({ key }, { world, negotiations, start }) => {
      const headers: Record<string, string> = {
        'last-event-id': start,
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
      };
      const texts = negotiations.map(async ({ id, slug }) => {
        const stream = await openStream(world.url, { query: FOLLOW, variables: { talks: id }, headers });
        // Either all that there is comes, or one answer that there is nothing.
        if (slug === 'talks') await untilLast(stream.text, () => stream.next());
        else await stream.next().catch(() => {});
        stream.cut();
        return stream.text();
      });
      return (await Promise.all(texts)).join('\n');
    },
  },
  {
    ...path('error text', (ask, { subjects }) =>
      Promise.all([
        ...subjects.flatMap(({ id }) => refusalsOf(ask, id)),
        ask('{ negotiation(slug: "closed") { nothing } }'),
        ask('query E($id: ID!) { node(id: $id) { id } }', { id: 'nothing' }),
      ]),
    ),
    shows: false,
  },
];

/** All that an error of a mutation says. */
export const ERROR = `__typename ... on Error { message } ... on InvalidInputError { problems { path message } }
  ... on NotFoundError { path given } ... on ConflictError { currentRevision changedBy } ... on AlreadyRecordedError { given }`;

/** What somebody is told who names something, beside what is nothing or in a revision that there is not: nothing is written. */
export function refusalsOf(ask: Ask, id: string): Promise<unknown>[] {
  const deeds = [
    ['withdrawStatement', { statementId: id, revision: 99, reason: 'x' }],
    ['correctStatement', { statementId: id, revision: 99, note: 'x', changes: { text: 'x' } }],
    ['joinNegotiation', { negotiationId: id, actorId: 'nobody', role: 'OBSERVER' }],
    ['recordPost', { personId: id, organizationId: 'nobody', title: 'x' }],
    ['publishStatement', { negotiationId: id, content: statement({ addressedToId: 'nobody' }) }],
    ['publishStatement', { negotiationId: 'talks', content: statement({ aboutIds: [id, 'nothing'] }) }],
    ['grantRole', { accountId: 'nobody', role: 'READER', negotiationId: id }],
  ] as const;
  return [
    ...deeds.map(([name, input]) => {
      const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
      return ask(`mutation E($input: ${type}!) { ${name}(input: $input) { ${ERROR} } }`, { input });
    }),
    ask('query E($id: ID!) { node(id: $id) { id } drafts(negotiationId: $id) { nodes { id } } }', { id }),
    ask('query E($id: ID!) { statement(id: $id) { id } negotiations(filter: { actorId: $id }) { nodes { id } } }', {
      id,
    }),
  ];
}

const TITLES = `... on Person { name } ... on Organization { name } ... on Post { title } ... on Negotiation { name: title }
  ... on Report { headline } ... on Statement { text } ... on Term { title } ... on Event { title } ... on Proposal { title }
  ... on HeldGroup { descriptor }`;

/** The cursors at which a statement or a negotiation changed. */
function cursorsOf(subjects: Known['subjects']): string[] {
  const telling = subjects.filter(({ type }) => type === 'Statement' || type === 'Negotiation');
  return telling.flatMap(({ cursors }) => cursors);
}
