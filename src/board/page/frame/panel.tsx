import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useWords } from '../words/language.tsx';

interface PanelProps {
  readonly title: ReactNode;
  /** What it shows: when that changes, the focus goes to the new heading. */
  readonly of: string;
  readonly close: () => void;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** What was opened, over the stream that it was opened from; Escape closes it, and the focus goes back. */
export function Panel({ title, of, close, actions, children }: PanelProps) {
  const words = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();

  useEffect(() => {
    const before = document.activeElement;
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is shown is what moves the focus
  useEffect(() => heading.current?.focus({ preventScroll: true }), [of]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) close();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [close]);

  return (
    <section className="panel" aria-labelledby={id}>
      <header>
        <h2 ref={heading} id={id} tabIndex={-1}>
          {title}
        </h2>
        <div className="actions">
          {actions}
          <button type="button" className="quiet" onClick={close}>
            {words.statement.close} <kbd>Esc</kbd>
          </button>
        </div>
      </header>
      <div className="panel-body">{children}</div>
    </section>
  );
}
