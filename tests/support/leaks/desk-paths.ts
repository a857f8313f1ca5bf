import { greetedSocket } from '../raw-socket.ts';
import { type Path, path } from './path.ts';
import { selectionOf } from './selection.ts';
import { LAST_DRAFT, said } from './things.ts';

const FOLLOW_DRAFTS = `subscription FollowDrafts($talks: ID!, $after: Cursor) {
  drafts(negotiationId: $talks, after: $after) { action by draft ${selectionOf('Draft', 2)} statement { text } } }`;

/** By which the desk sees what is its own. */
export const DESK_PATHS: readonly Path[] = [
  path('drafts', (ask, { negotiations }) =>
    Promise.all(
      negotiations.map(({ id }) =>
        ask(
          `query D($id: ID!) { drafts(negotiationId: $id, first: 10) { edges { cursor node ${selectionOf('Draft', 2)} } } }`,
          {
            id,
          },
        ),
      ),
    ),
  ),
  {
    name: 'subscription of drafts',
    shows: true,
    read: async ({ key }, { world, negotiations, draftsStart: after }) => {
      const socket = await greetedSocket(world.url, { key });
      for (const { slug, id } of negotiations) socket.subscribe(slug, FOLLOW_DRAFTS, { talks: id, after });
      // Of each either all that there is comes, or that there is nothing.
      const isOver = (slug: string) =>
        socket.received.some(
          ({ id, type, payload }) =>
            id === slug && (type !== 'next' || payload.errors || JSON.stringify(payload).includes(LAST_DRAFT)),
        );
      while (!negotiations.every(({ slug }) => isOver(slug))) await socket.next();
      socket.cut();
      // Without the cursor beside each answer, which is of another log than the record and under another key.
      return JSON.stringify(socket.received.map(({ payload }) => payload?.data ?? payload));
    },
  },
  path('judgements on sources', (ask, { negotiations }) =>
    Promise.all(
      negotiations.map(({ id }) =>
        ask(
          `query J($id: ID!) { sourceJudgements(negotiationId: $id) { edges { cursor node ${selectionOf('SourceJudgement', 1)} } } }`,
          { id },
        ),
      ),
    ),
  ),
  path('audit', (ask) =>
    Promise.all(
      [undefined, 'DONE', 'REFUSED', 'DENIED'].map((outcome) =>
        ask(
          `query A($outcomes: [AuditOutcome!]) { audit(first: 50, filter: { outcomes: $outcomes }) {
            edges { cursor node ${selectionOf('AuditEntry', 1)} } } }`,
          { outcomes: outcome && [outcome] },
        ),
      ),
    ),
  ),
  path('accounts', (ask) =>
    Promise.all([
      ask(
        '{ accounts(first: 50) { nodes { name roles { role negotiation { title } } keys { nodes { lastUsedAt } } } } }',
      ),
      ask('{ viewer { name roles { role negotiation { title } } } }'),
    ]),
  ),
  {
    // What somebody was answered while they might, of talks that were closed since.
    ...path('what was answered before', (ask) => Promise.all([said(ask)])),
    shows: false,
  },
];
