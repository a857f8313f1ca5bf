import { useCallback, useRef, useState } from 'react';
import type { TypedDocumentNode } from 'urql';
import type { RefusalFragment } from '../generated/operations.ts';
import { ReadProblem } from '../live/record.ts';
import { useRecord } from '../live/use-board.ts';
import { Problems, type Refused, refusalIn } from './refusal.ts';
import { useSession } from './session.tsx';

type Done = { readonly __typename?: string } | RefusalFragment;

/** Does what the desk does, and keeps what the server had against it. */
export function useDeed(before: Refused | null = null) {
  const record = useRecord();
  const { refuse } = useSession();
  const [isBusy, setBusy] = useState(false);
  const [refused, setRefused] = useState(before);
  const again = useRef<(answer: string) => Promise<boolean>>(null);

  const run = useCallback(
    /** @returns whether it was done */
    async <Variables extends { readonly input: object }>(
      document: TypedDocumentNode<{ done: Done }, Variables>,
      variables: Variables,
    ): Promise<boolean> => {
      again.current = (descriptorAnswer) =>
        run(document, { ...variables, input: { ...variables.input, descriptorAnswer } });
      setBusy(true);
      try {
        const { done } = await record.ask(document, variables);
        const refusal = refusalIn(done);
        setRefused(refusal);
        return refusal === null;
      } catch (error) {
        if (error instanceof ReadProblem && error.kind === 'key') refuse();
        const message = error instanceof Error ? error.message : String(error);
        setRefused({ message, fields: new Problems(), answer: null });
        return false;
      } finally {
        setBusy(false);
      }
    },
    [record, refuse],
  );
  /** Does what was warned of all the same. */
  const insist = async () => (refused?.answer ? ((await again.current?.(refused.answer)) ?? false) : false);
  return { run, insist, isBusy, refused, forget: useCallback(() => setRefused(null), []) };
}
