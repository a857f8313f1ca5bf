import { useCallback, useRef, useState } from 'react';
import type { TypedDocumentNode } from 'urql';
import type { RefusalFragment } from '../generated/operations.ts';
import { ReadProblem } from '../live/record.ts';
import { useRecord } from '../live/use-board.ts';
import type { Catalogue } from '../words/en.ts';
import { useWords } from '../words/language.tsx';
import { Problems, type Refused, refusalIn } from './refusal.ts';

type Done = { readonly __typename?: string } | RefusalFragment;

/** What was sent and not answered yet, by what the API knows it again. */
interface Sent {
  readonly document: object;
  readonly input: string;
  readonly idempotencyKey: string;
}

/** Does what the desk does, and keeps what the server had against it. */
export function useDeed(before: Refused | null = null) {
  const record = useRecord();
  const words = useWords();
  const [isBusy, setBusy] = useState(false);
  const [refused, setRefused] = useState(before);
  const again = useRef<(answer: string) => Promise<boolean>>(null);
  const sent = useRef<Sent>(null);

  const run = useCallback(
    /**
     * @param take is given what was done, at once or once it was insisted on
     * @returns whether it was done
     */
    async <Given extends Done, Variables extends { readonly input: object }>(
      document: TypedDocumentNode<{ done: Given }, Variables>,
      variables: Variables,
      take?: (given: Given) => void,
    ): Promise<boolean> => {
      again.current = (descriptorAnswer) =>
        run(document, { ...variables, input: { ...variables.input, descriptorAnswer } }, take);
      sent.current = sendingOf(document, variables.input, sent.current);
      const { idempotencyKey } = sent.current;
      setBusy(true);
      try {
        const { done } = await record.ask(document, { ...variables, idempotencyKey });
        const refusal = refusalIn(done);
        setRefused(refusal);
        sent.current = null;
        if (refusal === null) take?.(done);
        return refusal === null;
      } catch (error) {
        setRefused({ message: inWords(error, words), fields: new Problems(), answer: null });
        return false;
      } finally {
        setBusy(false);
      }
    },
    [record, words],
  );
  /** Does what was warned of all the same. */
  const insist = async () => (refused?.answer ? ((await again.current?.(refused.answer)) ?? false) : false);
  return { run, insist, isBusy, refused, forget: useCallback(() => setRefused(null), []) };
}

/** The same sent again, when its answer was lost, is the same: nothing is done twice. */
function sendingOf(document: object, given: object, before: Sent | null): Sent {
  const input = JSON.stringify(given);
  if (before?.document === document && before.input === input) return before;
  // Not randomUUID, which there is over TLS alone.
  return { document, input, idempotencyKey: crypto.getRandomValues(new Uint32Array(4)).join('-') };
}

/** What a browser and a proxy say of such things is in words for nobody. */
function inWords(error: unknown, { desk }: Catalogue): string {
  if (!(error instanceof ReadProblem)) return String(error);
  if (error.kind === 'unreachable') return desk.notAnswered;
  return error.kind === 'length' ? desk.tooLong : error.message;
}
