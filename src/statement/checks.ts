import { postCreditedOn } from '../actor/rules.ts';
import { postById } from '../actor/store.ts';
import type { EstimateModel } from '../database/generated/models.ts';
import type { Batch } from '../ledger/batch.ts';
import type { Problem } from '../ledger/errors.ts';
import { FOREVER } from '../ledger/plan.ts';
import type { Work } from '../ledger/work.ts';
import type { StatementContent } from './content.ts';
import { linkProblem, personProblem, type SourceKind } from './rules.ts';
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

/** What of a statement can link it to somebody, as an input gives it. */
interface Links {
  readonly source: {
    readonly kind: SourceKind;
    readonly personId?: string | null | undefined;
    readonly postId?: string | null | undefined;
  };
  readonly viewOfId?: string | null | undefined;
  readonly relays?: readonly Pick<Link, 'kind' | 'actorId'>[] | null | undefined;
  readonly estimates?: readonly { readonly holderId?: string | null | undefined }[] | null | undefined;
}

/**
 * What links a statement that is only drafted to who its source is, where that must not be known. Other things that it
 * refers to may still be missing from the record.
 */
export async function identityProblems(content: Links, batch: Batch, path: Path): Promise<Problem[]> {
  const { source, viewOfId = null } = content;
  const problems: Problem[] = [];
  const note = (at: Path, message: string | null) => {
    if (message !== null) problems.push({ path: [...path, ...at], message });
  };
  if (source.personId || source.postId) note(['source'], personProblem(source.kind));
  const links = linksOf(content.relays ?? [], content.estimates ?? []);
  const named = links.map(({ actorId }) => actorId).concat(viewOfId ?? []);
  const references = named.map((id) => ({ path, id }));
  await batch.prepare([{ externalId: null, digest: new Uint8Array(), references }]);
  const view = viewOfId === null ? null : batch.resolve(viewOfId);
  for (const { kind, actorId, at } of links) {
    const actor = batch.resolve(actorId);
    // A post leads to a person, and an id may call a person something else.
    const isPerson = actor !== null && batch.rowOf({ type: 'Organization', id: actor.id }) === null;
    note(at, linkProblem(source.kind, { kind, isPerson, isViewHolder: actor !== null && actor.id === view?.id }));
  }
  return problems;
}

interface Link {
  readonly kind: Relay['kind'];
  readonly actorId?: string | null | undefined;
  readonly at: Path;
}

/** Whoever is named on the way from a source, or as the one whose estimate it gives; an id, and where it stands. */
function linksOf(
  relays: readonly Pick<Link, 'kind' | 'actorId'>[],
  estimates: readonly { readonly holderId?: string | null | undefined }[],
): (Link & { readonly actorId: string })[] {
  const named: Link[] = [
    ...relays.map(({ kind, actorId }, index) => ({ kind, actorId, at: ['relays', index] })),
    ...estimates.map(({ holderId }, index) => ({
      kind: 'HOLDER' as const,
      actorId: holderId,
      at: ['estimates', index, 'holderId'],
    })),
  ];
  return named.flatMap((link) => (link.actorId ? [{ ...link, actorId: link.actorId }] : []));
}

/** Nobody is named on the way from an unnamed source, nor as the one whose estimate it gives. */
async function checkChain({ row, children }: StatementContent, work: Work, path: Path): Promise<void> {
  if (row.speakerId !== null || row.sourceKind === 'COLLECTIVE' || row.sourceKind === 'DOCUMENT') return;
  const estimates = (children.get('estimate') ?? []) as unknown as EstimateModel[];
  const named = linksOf(row.relays as unknown as Relay[], estimates);
  if (named.length === 0) return;
  const persons = await personsAmong(
    named.map(({ actorId }) => actorId),
    work,
  );
  for (const { kind, actorId, at } of named) {
    const link = { kind, isPerson: persons.has(actorId), isViewHolder: actorId === row.viewOfId };
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
