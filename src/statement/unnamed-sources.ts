import type { PseudonymModel, StatementModel } from '../database/generated/models.ts';
import { FOREVER, type PlannedEntry } from '../ledger/plan.ts';
import { globalId } from '../ledger/subjects.ts';
import type { Work } from '../ledger/work.ts';

/** An unnamed source as it stands: written, or decided by the same batch. */
export interface UnnamedSource extends Pick<PseudonymModel, 'id' | 'negotiationId' | 'joinedToId'> {
  /** Null for one that gets it when the batch is written. */
  readonly number: number | null;
}

/** What a batch decided about unnamed sources, none of which is written yet. */
interface OfBatch {
  readonly judged: Map<string, UnnamedSource>;
  /** Which statements those have that it opened. */
  readonly opened: Map<string, string>;
}

const batches = new WeakMap<object, OfBatch>();

function ofBatch({ batch }: Work): OfBatch {
  const known = batches.get(batch) ?? { judged: new Map(), opened: new Map() };
  batches.set(batch, known);
  return known;
}

/** Plans the pseudonym of a source that had none; it gets its number when it is written. */
export function openSource(
  id: string,
  { statementId, negotiationId }: { readonly statementId: string; readonly negotiationId: string },
  entry: PlannedEntry,
  work: Work,
): void {
  work.child('pseudonym', { id, fromPosition: entry, negotiationId, number: null, joinedToId: null });
  work.onKeep.push(() => ofBatch(work).opened.set(id, statementId));
}

/** Plans that a source goes by the number of another, or with null by its own. */
export function judgeSource(source: UnnamedSource, joinedToId: string | null, entry: PlannedEntry, work: Work): void {
  const { id, negotiationId, number } = source;
  const judged = { id, negotiationId, number, joinedToId };
  work.closeChildren('pseudonym', 'id', id, entry);
  work.child('pseudonym', { ...judged, fromPosition: entry });
  work.onKeep.push(() => ofBatch(work).judged.set(id, judged));
}

/** The unnamed source of a statement, by the pseudonym that it was given; null for any other. */
export async function sourceOf(
  { pseudonymId, negotiationId }: Pick<StatementModel, 'pseudonymId' | 'negotiationId'>,
  work: Work,
): Promise<UnnamedSource | null> {
  if (pseudonymId === null) return null;
  const written = { where: { id: pseudonymId, untilPosition: FOREVER } };
  return (
    ofBatch(work).judged.get(pseudonymId) ??
    (await work.ledger.prisma.pseudonym.findFirst(written)) ?? {
      id: pseudonymId,
      negotiationId,
      number: null,
      joinedToId: null,
    }
  );
}

/** The source by whose number one goes: the one that it was joined to last, else itself. */
export async function rootOfSource(source: UnnamedSource, work: Work): Promise<UnnamedSource> {
  let root = source;
  while (root.joinedToId !== null) root = (await sourceOf({ ...root, pseudonymId: root.joinedToId }, work)) ?? root;
  return root;
}

/** Whether one was published before the other: its number is lower, or will be, as ids are in the order of their making. */
export function comesBefore(one: UnnamedSource, other: UnnamedSource): boolean {
  const [number, otherNumber] = [one.number ?? Number.POSITIVE_INFINITY, other.number ?? Number.POSITIVE_INFINITY];
  return number === otherNumber ? one.id < other.id : number < otherNumber;
}

/** Has it decided again when somebody judges in the same talks meanwhile. To be called before sources are read. */
export async function restOnSources(negotiationId: string, work: Work): Promise<void> {
  const since = await work.ledger.head();
  work.restOnRows({ table: 'pseudonym', key: 'negotiation_id', id: negotiationId, since });
}

/**
 * Why the source of a statement may not be named, or said to be none of the unnamed, after which it could be named, or
 * null: whoever was judged to be one with it would be named too, as the two go by one number.
 */
export async function namingProblem(statement: StatementModel, work: Work): Promise<string | null> {
  if (statement.pseudonymId === null) return null;
  await restOnSources(statement.negotiationId, work);
  const own = await sourceOf(statement, work);
  if (own === null) return null;
  const split = [...(own.joinedToId === null ? [] : [statement.id]), ...(await joinedTo(own, work))];
  if (split.length === 0) return null;
  const ids = split.map((one) => globalId('Statement', one)).join(', ');
  return `is judged to be the source of another statement too, and would be given away there. Split ${ids} first (splitSource), with a reason.`;
}

/** The statements whose sources were joined to one directly, or through such as have no statement any more. */
async function joinedTo({ id, negotiationId }: UnnamedSource, work: Work): Promise<string[]> {
  const found: string[] = [];
  let through = [id];
  while (through.length > 0) {
    const joined = await joinedDirectly(through, work);
    const statements = await statementsOf(joined, negotiationId, work);
    found.push(...statements.values());
    through = joined.filter((one) => !statements.has(one));
  }
  return found.sort();
}

async function joinedDirectly(ids: readonly string[], work: Work): Promise<string[]> {
  const { judged } = ofBatch(work);
  const written = await work.ledger.prisma.pseudonym.findMany({
    where: { joinedToId: { in: [...ids] }, untilPosition: FOREVER },
  });
  const decided = [...judged.values()].filter(({ joinedToId }) => joinedToId !== null && ids.includes(joinedToId));
  return [...written.filter(({ id }) => !judged.has(id)), ...decided].map((one) => one.id);
}

/** The statements that are of sources still, by the sources. */
async function statementsOf(ids: readonly string[], negotiationId: string, work: Work): Promise<Map<string, string>> {
  const { opened } = ofBatch(work);
  const written = await work.ledger.prisma.statement.findMany({
    where: { negotiationId, pseudonymId: { in: [...ids] }, untilPosition: FOREVER },
    select: { id: true, pseudonymId: true },
  });
  const statements = new Map(written.map(({ id, pseudonymId }) => [pseudonymId ?? '', id]));
  for (const id of ids) {
    const statementId = statements.get(id) ?? opened.get(id);
    if (statementId === undefined) continue;
    const decided = work.row('Statement', statementId);
    const isOf = decided === null || (decided.pseudonymId === id && decided.state !== 'EXPUNGED');
    if (isOf) statements.set(id, statementId);
    else statements.delete(id);
  }
  return statements;
}
