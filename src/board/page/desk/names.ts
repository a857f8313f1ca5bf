import { useEffect, useState } from 'react';
import { NamesDocument, type NamesQuery, type StandingFragment, type StatementInput } from '../generated/operations.ts';
import type { RecordClient } from '../live/record.ts';
import { useRecord } from '../live/use-board.ts';

type Named = NonNullable<NamesQuery['nodes'][number]>;
export type Report = Extract<Named, { __typename: 'Report' }>;

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

/** What some contents refer to in the record, whatever they say of it. */
export function idsIn(contents: readonly StatementInput[]): string[] {
  return [...new Set(contents.flatMap((content) => idsWithin(content)))].filter(isOfRecord);
}

/** The values of all fields that are called ids, however deep. */
function idsWithin(value: unknown, field = ''): string[] {
  if (typeof value === 'string') return /Ids?$/.test(field) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((one) => idsWithin(one, field));
  return Object.entries(value ?? {}).flatMap(([name, one]) => idsWithin(one, name));
}

/** Reads what ids lead to, however many there are. */
export async function readNamed(record: RecordClient, ids: readonly string[]): Promise<Named[]> {
  const named: Named[] = [];
  for (let from = 0; from < ids.length; from += IDS_MOST) {
    const { nodes } = await record.ask(NamesDocument, { ids: ids.slice(from, from + IDS_MOST) });
    named.push(...nodes.filter((node) => node !== null));
  }
  return named;
}

export function namesIn(nodes: readonly (Named | null)[]): Map<string, string> {
  return new Map(nodes.flatMap((node) => (node === null ? [] : [[node.id, nameOf(node)] as const])));
}

function nameOf(node: Named): string {
  if ('name' in node) return node.name;
  if ('title' in node) return node.title;
  if ('descriptor' in node) return node.descriptor;
  if ('text' in node) return node.text;
  if ('question' in node) return node.question;
  return ('headline' in node && node.headline) || node.id;
}

export interface Names {
  readonly nameOf: (id: string) => string;
  /** Null until it is read, and of an id of the caller's own. */
  readonly reportOf: (id: string) => Report | null;
}

/** Names what is written in drafts; an id of the caller's own is shown as it is. */
export function useNames(standing: StandingFragment, contents: readonly StatementInput[]): Names {
  const record = useRecord();
  const [named, setNamed] = useState<readonly Named[]>([]);
  const ids = idsIn(contents).join(' ');
  useEffect(() => {
    if (ids === '') return;
    let isLeft = false;
    readNamed(record, ids.split(' ')).then(
      (named) => {
        if (!isLeft) setNamed(named);
      },
      () => {
        // They are asked for again with the next draft that comes.
      },
    );
    return () => {
      isLeft = true;
    };
  }, [record, ids]);
  const names = new Map([
    ...standing.participations.nodes.map(({ actor }) => [actor.id, actor.name] as const),
    ...standing.terms.nodes.map(({ id, title }) => [id, title] as const),
    ...namesIn(named),
  ]);
  const reports = new Map(named.flatMap((node) => (node.__typename === 'Report' ? [[node.id, node] as const] : [])));
  return {
    nameOf: (id) => names.get(id) ?? (isOfRecord(id) ? '…' : id),
    reportOf: (id) => reports.get(id) ?? null,
  };
}
