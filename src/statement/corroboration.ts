import type { StatementModel } from '../database/generated/models.ts';
import type { Batch } from '../ledger/snapshot.ts';
import { independentChains } from './rules.ts';
import { type Relay, statementById } from './store.ts';

/** For each statement, the number of independent chains among it and what corroborates it, and is not withdrawn. */
export const corroborationOf: Batch<string, number> = {
  // What corroborates it may be said in any talks.
  touches: (touched) => touched.kind('Statement'),
  load: async (snapshot, ids) => {
    const relations = await snapshot.prisma.relation.findMany({
      where: {
        kind: 'CORROBORATES',
        OR: [{ toId: { in: [...ids] } }, { statementId: { in: [...ids] } }],
        ...snapshot.inForce,
      },
    });
    const together = new Map<string, Set<string>>(ids.map((id) => [id, new Set([id])]));
    for (const { statementId, toId } of relations) {
      together.get(statementId)?.add(toId);
      together.get(toId)?.add(statementId);
    }
    return Promise.all(
      [...together.values()].map(async (members) => {
        const rows = await Promise.all([...members].map((id) => snapshot.load(statementById, id)));
        const standing = rows.filter((row) => row !== null).filter(({ state }) => state === 'PUBLISHED');
        return independentChains(standing.map(originOf));
      }),
    );
  },
};

/** What tells one origin from another: who held it first, else whom it is credited to. */
function originOf({ relays, speakerId, descriptor, onBehalfOfId }: StatementModel): string | null {
  const holder = (relays as unknown as Relay[]).find(({ kind }) => kind === 'HOLDER');
  return holder?.actorId ?? holder?.descriptor ?? speakerId ?? descriptor ?? onBehalfOfId;
}
