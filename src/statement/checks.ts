import { postCreditedOn } from '../actor/rules.ts';
import { postById } from '../actor/store.ts';
import { FOREVER } from '../ledger/plan.ts';
import type { Work } from '../ledger/work.ts';
import type { StatementContent } from './content.ts';
import { linkProblem } from './rules.ts';
import type { Relay } from './store.ts';

type Path = readonly (string | number)[];

/** Notes what is wrong with a statement's content that only a look at the record shows. */
export async function checkContent(content: StatementContent, work: Work, path: Path): Promise<void> {
  await checkPost(content, work, path);
  await checkChain(content, work, path);
}

/** The post to be credited was held when the statement was made. */
async function checkPost({ row }: StatementContent, work: Work, path: Path): Promise<void> {
  const { postId, saidEarliest, saidLatest } = row;
  if (postId === null) return;
  // A correction that leaves the source as it is names no post; of what was named the batch has the row.
  const post =
    work.row('Post', postId) ??
    (await work.ledger.snapshot(await work.ledger.head(), work.hidden).load(postById, postId));
  if (post !== null && postCreditedOn([post], { earliest: saidEarliest, latest: saidLatest }) === null) {
    work.problem([...path, 'source', 'postId'], 'was not held when this was said.');
  }
}

/** Nobody is named on the way from an unnamed source, nor as the one whose estimate it gives. */
async function checkChain({ row, children }: StatementContent, work: Work, path: Path): Promise<void> {
  if (row.speakerId !== null || row.sourceKind === 'COLLECTIVE' || row.sourceKind === 'DOCUMENT') return;
  const named = [
    ...(row.relays as unknown as Relay[]).map(({ kind, actorId }, index) => ({ kind, actorId, at: ['relays', index] })),
    ...(children.get('estimate') ?? []).map(({ holderId }, index) => ({
      kind: 'HOLDER' as const,
      actorId: holderId as string | null,
      at: ['estimates', index, 'holderId'],
    })),
  ].filter(({ actorId }) => actorId !== null);
  if (named.length === 0) return;
  const persons = await personsAmong(
    named.map(({ actorId }) => actorId as string),
    work,
  );
  for (const { kind, actorId, at } of named) {
    const link = { kind, isPerson: persons.has(actorId ?? ''), isViewHolder: actorId === row.viewOfId };
    work.problem([...path, ...at], linkProblem(row.sourceKind, link));
  }
}

async function personsAmong(ids: string[], work: Work): Promise<Set<string>> {
  const persons = new Set(ids.filter((id) => work.row('Person', id) !== null));
  // What a correction leaves as it is, it does not name.
  const unnamed = ids.filter((id) => !persons.has(id) && work.row('Organization', id) === null);
  if (unnamed.length === 0) return persons;
  const written = await work.ledger.prisma.actor.findMany({
    where: { id: { in: unnamed }, kind: 'PERSON', untilPosition: FOREVER },
    select: { id: true },
  });
  return new Set([...persons, ...written.map(({ id }) => id)]);
}
