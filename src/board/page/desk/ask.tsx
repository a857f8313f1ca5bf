import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useWords } from '../words/language.tsx';
import { Field } from './field.tsx';

interface AskProps {
  readonly label: string;
  readonly act: string;
  readonly type?: 'text' | 'datetime-local';
  readonly done: (answer: string) => void;
  readonly cancel: () => void;
}

/** Asks for the one thing that a deed needs: a reason, an instant. */
export function Ask({ label, act, type = 'text', done, cancel }: AskProps) {
  const words = useWords();
  const [answer, setAnswer] = useState('');
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
        cancel();
      }}
    >
      <Field label={label}>
        {(field) => (
          <input
            {...field}
            ref={input}
            type={type}
            dir="auto"
            value={answer}
            onChange={({ target }) => setAnswer(target.value)}
          />
        )}
      </Field>
      <button type="submit" className="primary">
        {act}
      </button>
      <button type="button" className="quiet" onClick={cancel}>
        {words.desk.cancel}
      </button>
    </form>
  );
}
