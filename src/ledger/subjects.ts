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

/** Relay's global id: opaque to clients, and unique across kinds. In what it is made of, base64 and base64url are one. */
export function globalId(type: string, id: string): string {
  const name = `${type}:${id}`;
  return btoa(name).slice(0, Math.ceil((name.length * 4) / 3));
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
