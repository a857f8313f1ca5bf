import { Actor } from '../actor/schema.ts';
import { actorById } from '../actor/store.ts';
import type { StanceModel } from '../database/generated/models.ts';
import { dateOf, dateProperties, PartialDateType } from '../date/schema.ts';
import { builder } from '../graphql/builder.ts';
import { connectionOf } from '../graphql/connection.ts';
import { readId } from '../graphql/ids.ts';
import { nodeOptions, subjectRef } from '../graphql/node.ts';
import { aheadOf, type Planned, toMany, toOne } from '../graphql/reference.ts';
import { after, required } from '../ledger/maybe-promise.ts';
import type { At } from '../ledger/snapshot.ts';
import { Negotiation, ParticipationRole } from '../negotiation/schema.ts';
import { negotiationById } from '../negotiation/store.ts';
import { Statement } from '../statement/schema.ts';
import { statementById } from '../statement/store.ts';
import { Movement, StanceKind, TermCategory, TermStatus } from './enums.ts';
import { movement, positionOf, rolesOf } from './rules.ts';
import {
  type Line,
  lastStances,
  PARTIES_MOST,
  type Participant,
  participantsOf,
  stancesIn,
  stancesOn,
  termById,
  termsIn,
} from './store.ts';

export const Term = subjectRef('Term', termById);

const Stance = builder.objectRef<At<StanceModel>>('Stance').implement({
  description: 'In one statement, one party’s position on one term.',
  fields: (t) => ({
    party: t.field({
      type: Actor,
      description: 'Whose stance it is, whoever spoke of it.',
      ...toOne(actorById, 'partyId'),
    }),
    term: t.field({
      type: Term,
      description: 'On what.',
      ...toOne(termById, 'termId'),
    }),
    kind: t.expose('kind', { type: StanceKind, description: 'What the party holds about it.' }),
    note: t.exposeString('note', {
      nullable: true,
      description: 'What narrows it: the condition, the extent; null when nothing does.',
    }),
    statement: t.field({
      type: Statement,
      description: 'The statement that says so.',
      ...toOne(statementById, 'statementId'),
    }),
    said: t.field({
      type: PartialDateType,
      description: 'When that was said, as exactly as is known.',
      extensions: {
        leads: [{ batch: statementById, from: 'statementId', type: 'Statement' }],
        takes: { Statement: dateProperties('said') },
      } satisfies Planned,
      resolve: (stance, _args, _context, info) => {
        const { statementId, snapshot } = stance;
        const statement = snapshot.get(statementById, statementId, aheadOf(info, 'Statement'), stance);
        return after(required(statement), (row) => dateOf('said', row));
      },
    }),
  }),
});

type PositionOn = At<Line & Pick<Participant, 'role'>>;

const Position = builder.objectRef<PositionOn>('Position').implement({
  description:
    'Where a party stands on a term: the stance it took last by when it was said, whenever that was recorded.',
  fields: (t) => ({
    party: t.field({
      type: Actor,
      description: 'Which party.',
      ...toOne(actorById, 'partyId'),
    }),
    role: t.expose('role', {
      type: ParticipationRole,
      description: 'In which role it takes part, the one recorded last if it had several.',
    }),
    stance: t.field({
      type: Stance,
      nullable: true,
      description: 'The stance, with the statement that set it; null is silence.',
      resolve: async (line) => (await standing(line)).stance,
    }),
    before: t.field({
      type: Stance,
      nullable: true,
      description: 'The stance that it took before that one; null when it took none.',
      resolve: async (line) => (await standing(line)).before,
    }),
    movement: t.field({
      type: Movement,
      nullable: true,
      description: 'How it moved from the one to the other; null when there are not two.',
      resolve: async (line) => {
        const { stance, before } = await standing(line);
        return stance && before && movement(before.kind, stance.kind);
      },
    }),
  }),
});

async function standing({ termId, partyId, snapshot }: PositionOn) {
  const last = await snapshot.load(lastStances, { termId, partyId });
  const stance = positionOf(last);
  return { stance, before: last.find((other) => other !== stance) ?? null };
}

builder.node(Term, {
  ...nodeOptions('Term'),
  description: 'One item on the table.',
  fields: (t) => ({
    negotiation: t.field({
      type: Negotiation,
      description: 'The talks whose table it is on.',
      ...toOne(negotiationById, 'negotiationId'),
    }),
    title: t.exposeString('title', { description: 'What it is called.' }),
    category: t.expose('category', { type: TermCategory, description: 'What it is about.' }),
    status: t.expose('status', { type: TermStatus, description: 'Where it stands, as the desk judges it.' }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'What it comes to, in a few sentences; null when the desk said nothing.',
    }),
    positions: t.field({
      type: [Position],
      description: `Where each party of the negotiation stands on it, silence included, in the order in which they joined; each party once, and the first ${PARTIES_MOST} of them. Whoever takes no part is found in \`stances\`.`,
      resolve: async ({ id, negotiationId, snapshot }) => {
        const participants = await snapshot.load(participantsOf, negotiationId);
        return snapshot.hold(
          rolesOf(participants).map(({ actorId, role }) => ({ termId: id, partyId: actorId, role })),
        );
      },
    }),
    stances: t.connection({
      type: Stance,
      description: 'How it came to that: every stance on it that stands, the one said last first.',
      args: {
        partyId: t.arg.id({ description: 'Only this party’s line.' }),
        speakerId: t.arg.id({ description: 'Only what this person said by name, of whichever party.' }),
      },
      resolve: ({ id, snapshot }, { partyId, speakerId, ...args }, _context, info) => {
        const list = stancesOn({
          partyId: readId(['Person', 'Organization'], partyId),
          speakerId: readId('Person', speakerId),
        });
        return connectionOf(snapshot, list, id, args, info);
      },
    }),
  }),
});

builder.objectField(Negotiation, 'terms', (t) =>
  t.connection({
    type: Term,
    description: 'What is on the table, in the order in which it was recorded.',
    resolve: ({ id, snapshot }, args, _context, info) => connectionOf(snapshot, termsIn(), id, args, info),
  }),
);

builder.objectField(Negotiation, 'term', (t) =>
  t.field({
    type: Term,
    nullable: true,
    description: 'One of its terms, as it stood at the moment that is read; null when it has, or had, none of that id.',
    args: { id: t.arg.id({ required: true, description: 'Which term.' }) },
    resolve: async ({ id: negotiationId, snapshot }, { id }) => {
      const term = await snapshot.load(termById, readId('Term', id));
      return term?.negotiationId === negotiationId ? term : null;
    },
  }),
);

builder.objectField(Statement, 'stances', (t) =>
  t.field({
    type: [Stance],
    description: 'The stances that it says parties take on terms; none once it is withdrawn.',
    ...toMany(stancesIn, 'id'),
  }),
);
