import { type ReactNode, Suspense } from 'react';
import { ErrorBoundary } from 'react-error-boundary';
import { useWords } from '../words/language.tsx';
import { State } from './state.tsx';

interface PartProps {
  /** Whether it is all of the page. */
  readonly isPage?: boolean;
  readonly children: ReactNode;
}

/**
 * A part of the page. What goes wrong in it, such as a script that does not come, because the network went or the server
 * has another version since, is said in its place, and takes nothing else along.
 */
export function Part({ isPage = false, children }: PartProps) {
  return (
    <ErrorBoundary fallback={<Broken isPage={isPage} />}>
      <Suspense fallback={null}>{children}</Suspense>
    </ErrorBoundary>
  );
}

function Broken({ isPage }: { isPage: boolean }) {
  const { state } = useWords();
  return (
    <div role="alert">
      <State isPage={isPage} title={state.broken} hint={state.brokenHint}>
        <button type="button" className="primary" onClick={() => location.reload()}>
          {state.reload}
        </button>
      </State>
    </div>
  );
}
