import { useCallback, useEffect, useRef } from 'react';
import { type AnyVariables, type UseQueryArgs, useQuery } from 'urql';
import { problemOf, type ReadProblem } from './record.ts';

const RETRY_MS = 3_000;

/**
 * Asks the record, and again by itself while nobody answers: what is not known is not what there is none of. What was
 * answered last to the same question is kept meanwhile.
 */
export function useQuestion<Data, Variables extends AnyVariables>(
  question: UseQueryArgs<Variables, Data>,
): {
  data: Data | undefined;
  /** The same, and never the answer to what was asked before. */
  known: Data | undefined;
  problem: ReadProblem | null;
  ask: () => void;
} {
  const [{ data, error, operation }, again] = useQuery(question);
  const ask = useCallback(() => again({ requestPolicy: 'network-only' }), [again]);
  const asked = JSON.stringify(question.variables);
  const last = useRef({ asked, data });
  if (data !== undefined && !error) last.current = { asked: JSON.stringify(operation?.variables), data };
  const problem = error ? problemOf(error) : null;
  const isPassing = problem?.isPassing ?? false;
  useEffect(() => {
    if (!isPassing) return;
    const timer = setInterval(ask, RETRY_MS);
    return () => clearInterval(timer);
  }, [isPassing, ask]);
  const known = last.current.asked === asked ? last.current.data : undefined;
  return { data: error ? known : data, known, problem, ask };
}
