import { type FormEvent, useState } from 'react';
import { CorrectDocument, type StatementQuery, WithdrawDocument } from '../generated/operations.ts';
import { useWords } from '../words/language.tsx';
import { Ask } from './ask.tsx';
import { Field } from './field.tsx';
import { useDeed } from './use-deed.ts';

type Whole = NonNullable<StatementQuery['statement']>;

/** What an editor does with a published statement: corrects it with a note to readers, or withdraws it. */
export function Correction({ statement }: { statement: Whole }) {
  const words = useWords();
  const [asked, setAsked] = useState<'correct' | 'withdraw' | null>(null);
  const { run, refused } = useDeed();
  if (statement.state !== 'PUBLISHED') return null;
  const of = { statementId: statement.id, revision: statement.revision };
  return (
    <section className="correction">
      {refused && (
        <p className="refusal" role="alert">
          {refused.message}
        </p>
      )}
      {asked === null && (
        <div className="row">
          <button type="button" className="quiet" onClick={() => setAsked('correct')}>
            {words.desk.correct}
          </button>
          <button type="button" className="quiet" onClick={() => setAsked('withdraw')}>
            {words.desk.withdraw}
          </button>
        </div>
      )}
      {asked === 'correct' && (
        <Correct
          statement={statement}
          fields={refused?.fields}
          done={(text, note) =>
            void run(CorrectDocument, { input: { ...of, note, changes: { text } } }).then(
              (isDone) => isDone && setAsked(null),
            )
          }
          cancel={() => setAsked(null)}
        />
      )}
      {asked === 'withdraw' && (
        <Ask
          label={words.desk.reason}
          act={words.desk.withdraw}
          done={(reason) =>
            void run(WithdrawDocument, { input: { ...of, reason } }).then((isDone) => isDone && setAsked(null))
          }
          cancel={() => setAsked(null)}
        />
      )}
    </section>
  );
}

interface CorrectProps {
  readonly statement: Whole;
  readonly fields: ReadonlyMap<string, string> | undefined;
  readonly done: (text: string, note: string) => void;
  readonly cancel: () => void;
}

function Correct({ statement, fields, done, cancel }: CorrectProps) {
  const words = useWords();
  const [text, setText] = useState(statement.text);
  const [note, setNote] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    done(text, note);
  };
  return (
    <form className="writing" onSubmit={submit} aria-label={words.desk.correct}>
      <Field label={words.desk.text} problem={fields?.get('text')}>
        {(field) => (
          <textarea {...field} rows={4} dir="auto" value={text} onChange={({ target }) => setText(target.value)} />
        )}
      </Field>
      <Field label={words.desk.note} problem={fields?.get('note')}>
        {(field) => (
          <input {...field} required dir="auto" value={note} onChange={({ target }) => setNote(target.value)} />
        )}
      </Field>
      <div className="row">
        <button type="submit" className="primary">
          {words.desk.correct}
        </button>
        <button type="button" className="quiet" onClick={cancel}>
          {words.desk.cancel}
        </button>
      </div>
    </form>
  );
}
