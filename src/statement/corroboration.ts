import { ALONE } from '../database/connect.ts';
import { sql } from '../ledger/page.ts';
import type { Batch } from '../ledger/snapshot.ts';
import { independentChains } from './rules.ts';

/** What tells one origin from another: who held it first, else whom it is credited to. */
const ORIGIN = sql`coalesce(h.holder->>'actorId', h.holder->>'descriptor', t.speaker_id::text, t.descriptor, t.on_behalf_of_id::text)`;

/** For each statement, the number of independent chains among it and what corroborates it, and is not withdrawn. */
export const corroborationOf: Batch<string, number> = {
  // What corroborates it may be said in any talks.
  touches: (touched) => touched.kind('Statement'),
  load: async (snapshot, ids) => {
    const { position } = snapshot;
    const related = sql`r.kind = 'CORROBORATES' AND r.from_position <= ${position} AND r.until_position > ${position}`;
    const rows = await snapshot.read<{ id: string; origins: (string | null)[] }>(
      sql`
      SELECT k.id, array_agg(DISTINCT ${ORIGIN}) AS origins
      FROM unnest(${[...ids]}::uuid[]) AS k(id)
      CROSS JOIN LATERAL (
        SELECT k.id
        UNION SELECT r.to_id FROM relation r WHERE r.statement_id = k.id AND ${related}
        UNION SELECT r.statement_id FROM relation r WHERE r.to_id = k.id AND ${related}) AS m(id)
      JOIN statement t ON t.id = m.id AND t.state = 'PUBLISHED'
        AND t.from_position <= ${position} AND t.until_position > ${position} ${snapshot.isThere(sql`t.negotiation_id`)}
      CROSS JOIN LATERAL (SELECT jsonb_path_query_first(t.relays, '$[*] ? (@.kind == "HOLDER")')) AS h(holder)
      GROUP BY k.id`,
      ALONE,
    );
    const origins = new Map(rows.map((row) => [row.id, row.origins]));
    return ids.map((id) => independentChains(origins.get(id) ?? []));
  },
};
