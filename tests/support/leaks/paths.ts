import { globalId, type SubjectType } from '../../../src/ledger/subjects.ts';
import type { World } from '../world.ts';
import { DESK_PATHS } from './desk-paths.ts';
import type { Known, Path } from './path.ts';
import { RECORD_PATHS } from './record-paths.ts';
import { SERVER_PATHS } from './server-paths.ts';

/** To add a path is to add a line to one of these. */
export const PATHS: readonly Path[] = [...RECORD_PATHS, ...DESK_PATHS, ...SERVER_PATHS];

/** What paths need to know. */
export async function knownOf(
  world: World,
  given: Pick<Known, 'start' | 'draftsStart' | 'viewerOf'>,
  log: () => string,
): Promise<Known> {
  const { prisma } = world.database;
  const entries = await prisma.ledgerEntry.findMany({ orderBy: { position: 'asc' } });
  const subjects = new Map<string, { type: SubjectType; id: string; cursors: string[] }>();
  for (const { subjectType: type, subjectId, position } of entries) {
    const id = globalId(type, subjectId);
    const known = subjects.get(id) ?? { type, id, cursors: [] };
    subjects.set(id, known);
    known.cursors.push(world.server.ledger.cursors.seal(position));
  }
  const slugs = await prisma.negotiationSlug.findMany();
  const negotiations = slugs.map(({ slug, negotiationId }) => ({ slug, id: globalId('Negotiation', negotiationId) }));
  return { world, negotiations, subjects: [...subjects.values()], ...given, log };
}
