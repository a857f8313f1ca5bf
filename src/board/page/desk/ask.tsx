import { type FormEvent, useEffect, useRef, useState } from 'react';
import { recall, remember } from '../memory.ts';
import { useWords } from '../words/language.tsx';
import { Field } from './field.tsx';

/** Keeps what is half typed until it is sent or cancelled. @param of what it is asked of, and for which deed */
export function keepAnswer(of: string, answer: string | null): void {
  remember(`answer:${of}`, answer);
}

interface AskProps {
  /** What it is asked of, and for which deed. */
  readonly of: string;
  readonly label: string;
  readonly act: string;
  readonly problem: string | undefined;
  readonly type?: 'text' | 'datetime-local';
  readonly done: (answer: string) => void;
  readonly close: () => void;
}

/** Asks for the one thing that a deed needs: a reason, an instant. Escape puts it off, and keeps what was typed. */
export function Ask({ of, label, act, problem, type = 'text', done, close }: AskProps) {
  const words = useWords();
  const [answer, setAnswer] = useState(() => recall(`answer:${of}`) ?? '');
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (answer.trim() !== '') done(answer.trim());
  };
  return (
    <form
      className="ask"
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        close();
      }}
    >
      <Field label={label} problem={problem}>
        {(field) => (
          <input
            {...field}
            ref={input}
            type={type}
            dir="auto"
            value={answer}
            onChange={({ target }) => {
              setAnswer(target.value);
              keepAnswer(of, target.value);
            }}
          />
        )}
      </Field>
      <button type="submit" className="primary">
        {act}
      </button>
      <button
        type="button"
        className="quiet"
        onClick={() => {
          keepAnswer(of, null);
          close();
        }}
      >
        {words.desk.cancel}
      </button>
    </form>
  );
}
