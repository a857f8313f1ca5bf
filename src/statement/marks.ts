import { Prisma, type Read } from '../database/connect.ts';
import type { MarkFilter, ReadMarks } from '../ledger/entry.ts';
import type { StatementFilter } from './store.ts';

/**
 * What a filter on statements asks for, as marks, the most telling first; null for one that marks say nothing of. By
 * these a change is told to those alone whom it may concern: `statementsWhere` decides.
 */
export function marksOf(filter: StatementFilter): MarkFilter['wanted'] | null {
  const lists = [
    one('speaker', filter.speakerId),
    one('term', filter.termId),
    one('party', filter.partyId),
    one('outlet', filter.outletId),
    filter.speechActs?.map((act) => `act:${act}`),
    filter.attributionLevels?.map((level) => `level:${level}`),
    filter.sourceKinds?.map((kind) => `source:${kind}`),
    filter.quotationTypes?.map((type) => `words:${type}`),
  ].filter((list) => list !== undefined);
  const [first, ...rest] = lists;
  return first === undefined ? null : [first, ...rest];
}

function one(kind: string, id: string | null | undefined): string[] | undefined {
  return id === null || id === undefined ? undefined : [`${kind}:${id}`];
}

/** Without an answer by then, everybody is told. */
const ANSWER_MS = 10_000;

const readers = new WeakMap<Read, ReadMarks>();

/** Reads what statements are about, before and after a change. The same one for a database, so that all share its answer. */
export function markReader(read: Read): ReadMarks {
  const known = readers.get(read);
  if (known !== undefined) return known;
  const readMarks: ReadMarks = async (entries) => {
    // An expunged statement has no marks left, and everybody is to hear of it.
    const standing = entries.filter(({ action }) => action !== 'EXPUNGED');
    const rows = await read<{ position: bigint; marks: string[] }>(
      Prisma.sql`
      SELECT e.position, array_agg(DISTINCT m.mark) AS marks
      FROM unnest(${standing.map(({ position }) => position)}::bigint[], ${standing.map(({ subjectId }) => subjectId)}::uuid[])
        AS e(position, id)
      CROSS JOIN LATERAL (VALUES (e.position), (e.position - 1)) AS p(at)
      JOIN statement t ON t.id = e.id AND t.from_position <= p.at AND t.until_position > p.at
      CROSS JOIN LATERAL (
        SELECT 'speaker:' || t.speaker_id
        UNION ALL SELECT 'act:' || act FROM unnest(t.speech_acts) act
        UNION ALL SELECT 'level:' || t.attribution_level
        UNION ALL SELECT 'source:' || t.source_kind
        UNION ALL SELECT 'words:' || t.quotation_type
        UNION ALL SELECT 'term:' || (item.value ->> 'id') FROM jsonb_array_elements(t.about) item
        UNION ALL SELECT 'term:' || s.term_id FROM stance s
          WHERE s.statement_id = t.id AND s.from_position <= p.at AND s.until_position > p.at
        UNION ALL SELECT 'outlet:' || a.outlet_id FROM appearance a
          WHERE a.statement_id = t.id AND a.from_position <= p.at AND a.until_position > p.at
        UNION ALL (
          WITH RECURSIVE party(id) AS (
            SELECT t.on_behalf_of_id
            UNION SELECT o.parent_id FROM actor o JOIN party ON o.id = party.id
              WHERE o.from_position <= p.at AND o.until_position > p.at
          ) SELECT 'party:' || id FROM party)
      ) AS m(mark)
      WHERE m.mark IS NOT NULL
      GROUP BY e.position`,
      { withinMs: ANSWER_MS },
    );
    return new Map(rows.map(({ position, marks }) => [position, new Set(marks)]));
  };
  readers.set(read, readMarks);
  return readMarks;
}
