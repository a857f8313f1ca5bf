import type { KeyboardEvent, ReactNode } from 'react';
import { useWords } from '../words/language.tsx';
import type { Refused } from './refusal.ts';
import { RefusalNote } from './refusal-note.tsx';

interface NewRecordProps {
  readonly title: string;
  readonly act: string;
  readonly isBusy: boolean;
  readonly refused: Refused | null;
  /** The fields that say themselves what is wrong with them. */
  readonly shown: readonly string[];
  readonly insist: () => void;
  readonly record: () => void;
  readonly cancel: () => void;
  readonly children: ReactNode;
}

/** What is recorded from within the statement that needs it: Enter records it, Escape leaves it alone. */
export function NewRecord({ title, act, isBusy, refused, shown, insist, record, cancel, children }: NewRecordProps) {
  const words = useWords();
  const onKeyDown = (event: KeyboardEvent) => {
    // Of a button it is the button that Enter means.
    const isRecording =
      event.key === 'Enter' && !event.ctrlKey && !event.metaKey && !(event.target instanceof HTMLButtonElement);
    if (!isRecording && event.key !== 'Escape') return;
    event.preventDefault();
    if (event.key === 'Escape') cancel();
    else if (!isBusy) record();
  };
  return (
    <fieldset className="new-record" onKeyDown={onKeyDown}>
      <legend>{title}</legend>
      <RefusalNote refused={refused} shown={shown} insist={insist} />
      <div className="fields">{children}</div>
      <div className="row">
        <button type="button" className="primary" disabled={isBusy} onClick={record}>
          {act}
        </button>
        <button type="button" className="quiet" onClick={cancel}>
          {words.desk.cancel}
        </button>
      </div>
    </fieldset>
  );
}
