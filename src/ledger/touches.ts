import { MODEL_OF, type SubjectType, snake } from './subjects.ts';
import type { Touched } from './touched.ts';

/** Tables whose rows are part of a statement or a message, and change with its entries. */
const PARTS: Readonly<Record<string, SubjectType>> = {
  appearance: 'Statement',
  relation: 'Statement',
  stance: 'Statement',
  estimate: 'Statement',
  impact: 'Statement',
  count_claim: 'Statement',
  transit_claim: 'Statement',
  message_leg: 'Message',
};

/** Columns that lead to what is in the same negotiation. */
const SAME_NEGOTIATION = new Set([
  'term_id',
  'event_id',
  'outcome_id',
  'held_group_id',
  'channel_id',
  'proposal_id',
  'message_id',
]);

/** The kinds of subject whose entries change rows of a table. */
const KINDS = new Map<string, SubjectType[]>(Object.entries(PARTS).map(([table, kind]) => [table, [kind]]));
for (const kind of Object.keys(MODEL_OF) as SubjectType[]) {
  const table = snake(MODEL_OF[kind]);
  KINDS.set(table, [...(KINDS.get(table) ?? []), kind]);
}

/** Notes what rows of a table are read from that have a key in a column; with no column, any of its rows. */
export function noteRows(touched: Touched, table: string, column: string | null, key: string | null): void {
  const kinds = KINDS.get(table);
  if (table === 'ledger') noteEntries(touched, column, key);
  else if (kinds === undefined) touched.everything();
  else if (column === null || key === null) touched.kind(...kinds);
  else if (column === 'id' || column === partOf(table)) touched.subject(key);
  else if (column === 'negotiation_id') touched.negotiation(key);
  else if (SAME_NEGOTIATION.has(column)) touched.within(key, kinds);
  else touched.kind(...kinds);
}

function noteEntries(touched: Touched, column: string | null, key: string | null): void {
  if (key !== null && column === 'negotiation_id') touched.negotiation(key);
  else if (key !== null && column === 'subject_id') touched.subject(key);
  else touched.everything();
}

function partOf(table: string): string | null {
  const part = PARTS[table];
  return part === undefined ? null : `${snake(MODEL_OF[part])}_id`;
}
