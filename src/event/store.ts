import { Prisma } from '../database/connect.ts';
import type { EventModel, ImpactModel } from '../database/generated/models.ts';
import { columns, table } from '../ledger/columns.ts';
import { join, type List, type Sql, sql } from '../ledger/page.ts';
import type { Batch } from '../ledger/snapshot.ts';
import { byId, listBy } from '../ledger/versions.ts';
import { claimsAbout } from '../statement/claim-list.ts';
import { type Effect, OPPOSED } from './rules.ts';

export const eventById = byId<EventModel>(table('event', Prisma.EventScalarFieldEnum));

/** What a statement says of events, in its own order. */
export const impactsOfStatement = listBy<ImpactModel>(
  table('impact', Prisma.ImpactScalarFieldEnum),
  'statementId',
  sql`t.ordinal`,
);

/** How many assessments of an event in force say each effect; an effect that none says is left out. */
export type Tally = ReadonlyMap<Effect, number>;

/** Counted where they are: an event's assessments grow, its effects are four. */
export const tallyOfEvent: Batch<string, Tally> = {
  touches: (touched, id) => touched.within(id, ['Statement']),
  load: async ({ read, position }, ids) => {
    const rows = await read<{ eventId: string; effect: Effect; said: number }>(sql`
      SELECT event_id AS "eventId", effect::text, count(*)::int AS said FROM impact
      WHERE event_id = ANY(${[...ids]}::uuid[]) AND from_position <= ${position} AND until_position > ${position}
      GROUP BY event_id, effect`);
    const tallies = new Map<string, Map<Effect, number>>(ids.map((id) => [id, new Map()]));
    for (const { eventId, effect, said } of rows) tallies.get(eventId)?.set(effect, said);
    return ids.map((id) => tallies.get(id) ?? new Map());
  },
};

/** Of the effects that make an event contested, those that any assessment in force says: looked up, and not counted. */
export const opposedIn: Batch<string, ReadonlySet<Effect>> = {
  touches: (touched, id) => touched.within(id, ['Statement']),
  load: async ({ read, position }, ids) => {
    const rows = await read<{ id: string; effect: Effect }>(sql`
      SELECT k.id, e.effect FROM unnest(${[...ids]}::uuid[]) AS k(id)
      CROSS JOIN unnest(${[...OPPOSED]}::text[]) AS e(effect)
      CROSS JOIN LATERAL (${saying(sql`k.id`, sql`e.effect`, position)} LIMIT 1) i`);
    const said = new Map<string, Set<Effect>>(ids.map((id) => [id, new Set()]));
    for (const { id, effect } of rows) said.get(id)?.add(effect);
    return ids.map((id) => said.get(id) ?? new Set());
  },
};

function saying(eventId: Sql, effect: Sql, position: bigint): Sql {
  return sql`SELECT FROM impact i WHERE i.event_id = ${eventId} AND i.effect = ${effect}::"ImpactEffect"
    AND i.from_position <= ${position} AND i.until_position > ${position}`;
}

/** A negotiation's events, the one recorded last first; only those that are contested, or only the others. */
export function eventsIn(contested: boolean | null): List<EventModel> {
  return {
    name: 'events',
    table: 'event',
    columns: columns(Prisma.EventScalarFieldEnum),
    parent: 'negotiation_id',
    order: [['firstPosition', 'bigint']],
    direction: 'DESC',
    where: (position) => {
      if (contested === null) return sql`true`;
      const isSaid = (effect: Effect) => sql`EXISTS (${saying(sql`t.id`, sql`${effect}`, position)})`;
      return sql`(${join(OPPOSED.map(isSaid), ' AND ')}) = ${contested}`;
    },
    narrowing: { contested },
  };
}

/** The assessments of an event, the one said last first; only those of one effect. */
export function impactsOn(effect: Effect | null): List<ImpactModel> {
  return claimsAbout(
    { table: 'impact', columns: columns(Prisma.ImpactScalarFieldEnum), about: 'eventId' },
    effect === null ? sql`true` : sql`t.effect = ${effect}::"ImpactEffect"`,
    { effect },
  );
}
