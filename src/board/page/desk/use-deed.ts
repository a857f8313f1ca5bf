import { useCallback, useState } from 'react';
import type { AnyVariables, TypedDocumentNode } from 'urql';
import type { RefusalFragment } from '../generated/operations.ts';
import { ReadProblem } from '../live/record.ts';
import { useRecord } from '../live/use-board.ts';
import { type Refused, refusalIn } from './refusal.ts';
import { useSession } from './session.tsx';

type Done = { readonly __typename?: string } | RefusalFragment;

/** Does what the desk does, and keeps what the server had against it. */
export function useDeed() {
  const record = useRecord();
  const { refuse } = useSession();
  const [isBusy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Refused | null>(null);

  const run = useCallback(
    /** @returns whether it was done */
    async <Variables extends AnyVariables>(
      document: TypedDocumentNode<{ done: Done }, Variables>,
      variables: Variables,
    ): Promise<boolean> => {
      setBusy(true);
      try {
        const { done } = await record.ask(document, variables);
        const refusal = refusalIn(done);
        setRefused(refusal);
        return refusal === null;
      } catch (error) {
        if (error instanceof ReadProblem && error.kind === 'key') refuse();
        setRefused({ message: error instanceof Error ? error.message : String(error), fields: new Map() });
        return false;
      } finally {
        setBusy(false);
      }
    },
    [record, refuse],
  );
  return { run, isBusy, refused, forget: useCallback(() => setRefused(null), []) };
}
