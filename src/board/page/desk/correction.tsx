import { type FormEvent, useState } from 'react';
import {
  CorrectDocument,
  type StandingFragment,
  type StatementQuery,
  WithdrawDocument,
} from '../generated/operations.ts';
import { useWords } from '../words/language.tsx';
import { Ask } from './ask.tsx';
import { Field } from './field.tsx';
import { Problems } from './refusal.ts';
import { RefusalNote } from './refusal-note.tsx';
import { SHOWN, StatementFields } from './statement-fields.tsx';
import { useDeed } from './use-deed.ts';
import { changesOf, type Writing, writingOfPublished } from './writing.ts';

type Whole = NonNullable<StatementQuery['statement']>;

interface CorrectionProps {
  readonly statement: Whole;
  readonly standing: StandingFragment;
}

/** What an editor does with a published statement: corrects it with a note to readers, or withdraws it. */
export function Correction({ statement, standing }: CorrectionProps) {
  const words = useWords();
  const [asked, setAsked] = useState<'correct' | 'withdraw' | null>(null);
  const { run, insist, refused } = useDeed();
  if (statement.state !== 'PUBLISHED') return null;
  const end = (isDone: boolean) => isDone && setAsked(null);
  if (asked === 'correct') return <Correct statement={statement} standing={standing} end={() => setAsked(null)} />;
  return (
    <section className="correction">
      <RefusalNote refused={refused} insist={() => void insist().then(end)} />
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
      {asked === 'withdraw' && (
        <Ask
          label={words.desk.reason}
          act={words.desk.withdraw}
          done={(reason) =>
            void run(WithdrawDocument, {
              input: { statementId: statement.id, revision: statement.revision, reason },
            }).then(end)
          }
          cancel={() => setAsked(null)}
        />
      )}
    </section>
  );
}

/** Corrects any of it: what is left as it was is not sent. */
function Correct({ statement, standing, end }: CorrectionProps & { readonly end: () => void }) {
  const words = useWords();
  const { run, insist, isBusy, refused } = useDeed();
  const [begun] = useState(() => writingOfPublished(statement));
  const [writing, setWriting] = useState(begun);
  const [note, setNote] = useState('');
  const write = (part: Partial<Writing>) => setWriting((before) => ({ ...before, ...part }));
  const problems = refused?.fields ?? new Problems();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    // Against the revision that is corrected, whatever was made of it meanwhile.
    const { id: statementId, revision } = begun.draft ?? statement;
    const input = { statementId, revision, note, changes: changesOf(begun, writing) };
    if (await run(CorrectDocument, { input })) end();
  };
  return (
    <form className="writing correction" onSubmit={(event) => void submit(event)} aria-label={words.desk.correct}>
      <RefusalNote
        refused={refused}
        shown={[...SHOWN, 'note']}
        insist={() => void insist().then((isDone) => isDone && end())}
      />
      <StatementFields {...{ standing, writing, write, problems }} />
      <Field label={words.desk.note} problem={problems.at('note')}>
        {(field) => (
          <input {...field} required dir="auto" value={note} onChange={({ target }) => setNote(target.value)} />
        )}
      </Field>
      <div className="row">
        <button type="submit" className="primary" disabled={isBusy}>
          {words.desk.correct}
        </button>
        <button type="button" className="quiet" onClick={end}>
          {words.desk.cancel}
        </button>
      </div>
    </form>
  );
}
