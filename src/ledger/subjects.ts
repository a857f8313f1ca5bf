import { Prisma } from '../database/connect.ts';
import type { SubjectType } from '../database/generated/enums.ts';
import type * as models from '../database/generated/models.ts';

export type { SubjectType };

/** A thing of the record: its kind and its id. */
export interface Subject {
  readonly type: SubjectType;
  readonly id: string;
}

/** The row that is a version of each kind of subject. */
export interface SubjectRows {
  Person: models.ActorModel;
  Organization: models.ActorModel;
  Post: models.PostModel;
  Negotiation: models.NegotiationModel;
  Participation: models.ParticipationModel;
  Report: models.ReportModel;
  Statement: models.StatementModel;
  Term: models.TermModel;
  Proposal: models.ProposalModel;
  ProposalAnswer: models.ProposalAnswerModel;
  Channel: models.ChannelModel;
  Message: models.MessageModel;
  Event: models.EventModel;
  HeldGroup: models.HeldGroupModel;
  Outcome: models.OutcomeModel;
}

/** The tables of versions that hold subjects, by Prisma's name for each. */
export const MODEL_OF = {
  Person: 'actor',
  Organization: 'actor',
  Post: 'post',
  Negotiation: 'negotiation',
  Participation: 'participation',
  Report: 'report',
  Statement: 'statement',
  Term: 'term',
  Proposal: 'proposal',
  ProposalAnswer: 'proposalAnswer',
  Channel: 'channel',
  Message: 'message',
  Event: 'event',
  HeldGroup: 'heldGroup',
  Outcome: 'outcome',
} as const satisfies { [T in SubjectType]: string };

export function isSubjectType(name: string): name is SubjectType {
  return Object.hasOwn(MODEL_OF, name);
}

/** The tables whose rows say which negotiation they belong to; some may belong to none. */
export const NEGOTIATION_TABLES = [
  'ledger',
  'actor',
  'post',
  'participation',
  'report',
  'statement',
  'term',
  'proposal',
  'proposal_answer',
  'channel',
  'message',
  'event',
  'held_group',
  'outcome',
  'search_statement',
  'draft',
  'draft_log',
  'audit',
  'pseudonym',
  'source_judgement',
] as const;

const ofNegotiation = new Map<string, Prisma.Sql>([
  ['negotiation', Prisma.sql`t.id`],
  ...NEGOTIATION_TABLES.map((name) => [name, Prisma.sql`t.negotiation_id`] as const),
]);

/** Which negotiation a row `t` of a table belongs to; undefined for a table that is reached through another alone. */
export function negotiationOf(table: string): Prisma.Sql | undefined {
  return ofNegotiation.get(table);
}

const GLOBAL_ID = /^([A-Za-z]+):([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;

/** How many of each type are kept. */
const GLOBAL_IDS_MOST = 5_000;
const globalIds = new Map<string, Map<string, string>>();

/** Relay's global id: opaque to clients, and unique across kinds. Most of an answer were in the one before. */
export function globalId(type: string, id: string): string {
  let ofType = globalIds.get(type);
  if (ofType === undefined || ofType.size >= GLOBAL_IDS_MOST) {
    ofType = new Map();
    globalIds.set(type, ofType);
  }
  let made = ofType.get(id);
  if (made === undefined) {
    made = Buffer.from(`${type}:${id}`).toString('base64url');
    // Not the id itself, which may hold on to all of the text that it was read from.
    ofType.set(Buffer.from(id).toString(), made);
  }
  return made;
}

/** The kind and id in a global id; null for any other string. */
export function readGlobalId(given: string): { type: string; id: string } | null {
  const match = GLOBAL_ID.exec(Buffer.from(given, 'base64url').toString());
  return match?.[1] !== undefined && match[2] !== undefined ? { type: match[1], id: match[2] } : null;
}

const snakes = new Map<string, string>();

/** snake_case, as tables and columns are named. Every column of every row that is written passes here. */
export function snake(name: string): string {
  let known = snakes.get(name);
  if (known === undefined) {
    known = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    snakes.set(name, known);
  }
  return known;
}
