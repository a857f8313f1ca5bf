import { postCreditedOn } from '../actor/rules.ts';
import { postsOfPerson } from '../actor/store.ts';
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
  const { speakerId, postId, saidEarliest, saidLatest } = row;
  if (speakerId === null || postId === null) return;
  const now = work.ledger.snapshot(await work.ledger.head());
  const posts = (await now.load(postsOfPerson, speakerId)).filter(({ id }) => id === postId);
  if (posts.length > 0 && postCreditedOn(posts, { earliest: saidEarliest, latest: saidLatest }) === null) {
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
  const persons = await personsAmong(named.map(({ actorId }) => actorId as string), work);
  for (const { kind, actorId, at } of named) {
    const link = { kind, isPerson: persons.has(actorId ?? ''), isViewHolder: actorId === row.viewOfId };
    work.problem([...path, ...at], linkProblem(row.sourceKind, link));
  }
}

async function personsAmong(ids: string[], work: Work): Promise<Set<string>> {
  const written = await work.ledger.prisma.actor.findMany({
    where: { id: { in: ids }, kind: 'PERSON', untilPosition: FOREVER },
    select: { id: true },
  });
  const waiting = ids.filter((id) => work.pendingChildren('actor', 'id', id).some(({ kind }) => kind === 'PERSON'));
  return new Set([...written.map(({ id }) => id), ...waiting]);
}
