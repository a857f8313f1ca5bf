import type { ReadProblem } from '../live/record.ts';
import { useWords } from '../words/language.tsx';
import { State } from './state.tsx';

interface UnansweredProps {
  readonly problem: ReadProblem;
  readonly retry: () => void;
  readonly isPage?: boolean;
}

/** What is shown in place of an answer that did not come: why, and another attempt. */
export function Unanswered({ problem: { kind, message }, retry, isPage = false }: UnansweredProps) {
  const { state } = useWords();
  const isUnreachable = kind === 'unreachable';
  return (
    <State
      isPage={isPage}
      title={isUnreachable ? state.failed : state.refused}
      hint={isUnreachable ? state.failedHint : message}
    >
      <button type="button" className="primary" onClick={retry}>
        {state.retry}
      </button>
    </State>
  );
}
