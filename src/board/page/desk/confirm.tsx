import { useEffect, useRef } from 'react';
import { useWords } from '../words/language.tsx';

interface ConfirmProps {
  readonly question: string;
  readonly act: string;
  readonly done: () => void;
  readonly cancel: () => void;
}

/** Asks once more before something is gone for good. A second Enter is no answer: the way back has the focus. */
export function Confirm({ question, act, done, cancel }: ConfirmProps) {
  const words = useWords();
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => back.current?.focus(), []);
  return (
    <fieldset
      className="ask"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        cancel();
      }}
    >
      <legend>{question}</legend>
      <button type="button" className="primary" onClick={done}>
        {act}
      </button>
      <button type="button" className="quiet" ref={back} onClick={cancel}>
        {words.desk.cancel}
      </button>
    </fieldset>
  );
}
