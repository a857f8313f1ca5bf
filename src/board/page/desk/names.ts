import { useQuery } from 'urql';
import { NamesDocument, type NamesQuery, type StandingFragment, type StatementInput } from '../generated/operations.ts';

/** So many are named at a time. */
const IDS_MOST = 100;

/** Whether the API gave it: an id of the caller's own is a name that people gave, and no node. */
function isOfRecord(id: string): boolean {
  try {
    return /^[A-Za-z]+:[0-9a-f-]{36}$/.test(atob(id));
  } catch {
    return false;
  }
}

/** The ids in some contents that have a name in the record. */
export function idsIn(contents: readonly StatementInput[]): string[] {
  const ids = contents.flatMap(({ source, viewOfId, addressedToId, stances, relays, appearances }) => [
    source.personId,
    source.onBehalfOfId,
    viewOfId,
    addressedToId,
    ...(stances ?? []).flatMap(({ partyId, termId }) => [partyId, termId]),
    ...(relays ?? []).map(({ actorId }) => actorId),
    appearances?.[0]?.reportId,
  ]);
  return [...new Set(ids.filter((id) => typeof id === 'string'))].filter(isOfRecord);
}

export function namesIn({ nodes }: Pick<NamesQuery, 'nodes'>): Map<string, string> {
  return new Map(
    nodes.flatMap((node) => {
      if (node && 'name' in node) return [[node.id, node.name] as const];
      return node && 'title' in node ? [[node.id, node.title] as const] : [];
    }),
  );
}

/** Names what is written in drafts; an id of the caller's own is shown as it is. */
export function useNames(standing: StandingFragment, contents: readonly StatementInput[]): (id: string) => string {
  const known = new Map([
    ...standing.participations.nodes.map(({ actor }) => [actor.id, actor.name] as const),
    ...standing.terms.nodes.map(({ id, title }) => [id, title] as const),
  ]);
  const ids = idsIn(contents)
    .filter((id) => !known.has(id))
    .slice(0, IDS_MOST);
  const [{ data }] = useQuery({ query: NamesDocument, variables: { ids }, pause: ids.length === 0 });
  const names = namesIn(data ?? { nodes: [] });
  return (id) => known.get(id) ?? names.get(id) ?? (isOfRecord(id) ? '…' : id);
}
