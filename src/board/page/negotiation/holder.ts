import type { EstimateMarkFragment } from '../generated/operations.ts';
import { creditLine } from '../stream/attribution.tsx';
import type { Catalogue } from '../words/en.ts';

/** Who holds an estimate: who is named for it, else the source of the statement that gives it. */
export function holderOf({ holder, holderDescriptor, statement }: EstimateMarkFragment, words: Catalogue): string {
  return holder?.name ?? holderDescriptor ?? creditLine(statement, words);
}
