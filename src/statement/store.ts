import { Prisma, type Read } from '../database/connect.ts';
import type { AppearanceModel, LedgerEntryModel, RelationModel, StatementModel } from '../database/generated/models.ts';
import { columns, table } from '../ledger/columns.ts';
import { empty, join, type List, raw, type Sql, sql } from '../ledger/page.ts';
import { byId, listBy } from '../ledger/versions.ts';

const COLUMNS = columns(Prisma.StatementScalarFieldEnum, { speechActs: 'text[]' });

export const statementById = byId<StatementModel>({ name: 'statement', columns: COLUMNS });

/** The negotiation of a statement that a relation `t` names: it may be another than that of the one which is read. */
const negotiationOfRelated = (column: 'to_id' | 'statement_id') =>
  sql`(SELECT s.negotiation_id FROM statement s WHERE s.id = t.${raw(column)} LIMIT 1)`;

export const appearancesOf = listBy<AppearanceModel>(
  table('appearance', Prisma.AppearanceScalarFieldEnum),
  'statementId',
  sql`t.ordinal`,
);

export const relationsOf = listBy<RelationModel>(
  { ...table('relation', Prisma.RelationScalarFieldEnum), negotiation: negotiationOfRelated('to_id') },
  'statementId',
  sql`t.ordinal`,
);

/** One link of the chain by which a statement reached us. */
export interface Relay {
  readonly kind: 'HOLDER' | 'RELAYED_BY' | 'TOLD_TO' | 'REPUBLISHED_BY';
  readonly actorId: string | null;
  readonly descriptor: string | null;
}

/** A statement's words in another language. */
export interface Translation {
  readonly language: string;
  readonly text: string;
  readonly by: 'OUTLET' | 'DESK' | 'SPEAKERS_OFFICE';
  readonly translator: string | null;
}

/** Which statements, in row ids; what is left out is not narrowed. */
export interface StatementFilter {
  readonly partyId?: string | null;
  readonly speakerId?: string | null;
  readonly termId?: string | null;
  readonly outletId?: string | null;
  readonly speechActs?: readonly StatementModel['speechActs'][number][] | null;
  readonly attributionLevels?: readonly StatementModel['attributionLevel'][] | null;
  readonly quotationTypes?: readonly StatementModel['quotationType'][] | null;
  readonly sourceKinds?: readonly StatementModel['sourceKind'][] | null;
  readonly saidFrom?: Date | null;
  readonly saidTo?: Date | null;
}

export type StatementOrder = 'NEWEST_RECORDED' | 'NEWEST_SAID';

const ORDERS: Record<StatementOrder, List<StatementModel>['order']> = {
  NEWEST_RECORDED: [['firstPosition', 'bigint']],
  NEWEST_SAID: [
    ['saidLatest', 'timestamptz'],
    ['saidEarliest', 'timestamptz'],
    ['firstPosition', 'bigint'],
  ],
};

/** Statements of a negotiation or, with no parent, of the whole record. */
export function statements(
  filter: StatementFilter,
  order: StatementOrder,
  parent: 'negotiation_id' | 'speaker_id' | null,
): List<StatementModel> {
  return {
    name: `statements by ${parent} ${order}`,
    table: 'statement',
    columns: COLUMNS,
    parent,
    order: ORDERS[order],
    direction: 'DESC',
    where: (position) => statementsWhere(filter, sql`${position}`),
    // A party speaks through what is part of it.
    alsoKinds: filter.partyId ? ['Organization'] : [],
    narrowing: filter,
  };
}

/** Holds of the versions `t` that a filter lets through, at a position, which may be a column of `p`. */
export function statementsWhere(filter: StatementFilter, position: Sql): Sql {
  const inForce = (alias: string) =>
    sql`${Prisma.raw(alias)}.from_position <= ${position} AND ${Prisma.raw(alias)}.until_position > ${position}`;
  const among = (column: string, values: readonly string[] | null | undefined) =>
    values ? sql`AND ${Prisma.raw(column)}::text = ANY(${[...values]})` : empty;
  const conditions = [
    // A party speaks through itself and whatever is part of it.
    filter.partyId
      ? sql`AND t.on_behalf_of_id IN (
          WITH RECURSIVE body(id) AS (
            SELECT ${filter.partyId}::uuid
            UNION SELECT a.id FROM actor a JOIN body ON a.parent_id = body.id WHERE ${inForce('a')}
          ) SELECT id FROM body)`
      : empty,
    filter.speakerId ? sql`AND t.speaker_id = ${filter.speakerId}::uuid` : empty,
    filter.termId
      ? sql`AND (t.about @> jsonb_build_array(jsonb_build_object('id', ${filter.termId}::text))
          OR EXISTS (SELECT FROM stance s WHERE s.statement_id = t.id AND s.term_id = ${filter.termId}::uuid AND ${inForce('s')}))`
      : empty,
    filter.outletId
      ? sql`AND EXISTS (SELECT FROM appearance a WHERE a.statement_id = t.id AND a.outlet_id = ${filter.outletId}::uuid AND ${inForce('a')})`
      : empty,
    filter.speechActs ? sql`AND t.speech_acts::text[] && ${[...filter.speechActs]}` : empty,
    among('t.attribution_level', filter.attributionLevels),
    among('t.quotation_type', filter.quotationTypes),
    among('t.source_kind', filter.sourceKinds),
    filter.saidFrom ? sql`AND t.said_latest >= ${filter.saidFrom}` : empty,
    filter.saidTo ? sql`AND t.said_earliest <= ${filter.saidTo}` : empty,
  ];
  return sql`true ${join(conditions, ' ')}`;
}

/**
 * The positions among these at which a statement that a filter lets through changed: it did before the change,
 * or does since, so that who follows a filter also learns that something left it.
 */
export async function matchingPositions(
  read: Read,
  entries: readonly { position: bigint; subjectId: string }[],
  filter: StatementFilter,
): Promise<Set<bigint>> {
  const rows = await read<{ position: bigint }>(sql`
    SELECT DISTINCT e.position
    FROM unnest(${entries.map(({ position }) => position)}::bigint[], ${entries.map(({ subjectId }) => subjectId)}::uuid[])
      AS e(position, id)
    CROSS JOIN LATERAL (VALUES (e.position), (e.position - 1)) AS p(at)
    JOIN statement t ON t.id = e.id AND t.from_position <= p.at AND t.until_position > p.at
    WHERE ${statementsWhere(filter, sql`p.at`)}`);
  return new Set(rows.map(({ position }) => position));
}

/** A statement's history: its entries of the ledger, the first first. */
export function historyOf(): List<LedgerEntryModel> {
  return {
    name: 'history',
    table: 'ledger',
    columns: columns(Prisma.LedgerEntryScalarFieldEnum),
    parent: 'subject_id',
    order: [['position', 'bigint']],
    direction: 'ASC',
    where: sql`t.subject_type = 'Statement'`,
    inForce: (position) => sql`t.position <= ${position}`,
    narrowing: null,
  };
}

/** The relations that other statements have to a statement. */
export function relationsTo(): List<RelationModel> {
  return {
    name: 'relationsTo',
    table: 'relation',
    negotiation: negotiationOfRelated('statement_id'),
    columns: columns(Prisma.RelationScalarFieldEnum),
    parent: 'to_id',
    order: [
      ['statementId', 'uuid'],
      ['ordinal', 'int'],
    ],
    direction: 'ASC',
    where: sql`true`,
    narrowing: null,
  };
}
