import { type FormEvent, useEffect, useState } from 'react';
import {
  CorrectDocument,
  type StandingFragment,
  type StatementQuery,
  WithdrawDocument,
} from '../generated/operations.ts';
import { useWords } from '../words/language.tsx';
import { Ask, keepAnswer } from './ask.tsx';
import { Field } from './field.tsx';
import { Problems } from './refusal.ts';
import { RefusalNote } from './refusal-note.tsx';
import { useSession } from './session.tsx';
import { SignIn } from './sign-in.tsx';
import { SHOWN, StatementFields } from './statement-fields.tsx';
import { useDeed } from './use-deed.ts';
import { changesOf, keepCorrection, keptCorrection, type Writing, writingOfPublished } from './writing.ts';

type Whole = NonNullable<StatementQuery['statement']>;

interface CorrectionProps {
  readonly statement: Whole;
  readonly standing: StandingFragment;
}

/** What an editor does with a published statement: corrects it with a note to readers, or withdraws it. */
export function Correction({ statement, standing }: CorrectionProps) {
  const words = useWords();
  const [asked, setAsked] = useState<'correct' | 'withdraw' | null>(() =>
    keptCorrection(statement) ? 'correct' : null,
  );
  const { hasKey } = useSession();
  const [times, setTimes] = useState(0);
  const { run, insist, refused } = useDeed();
  const isErased = statement.state === 'EXPUNGED';
  // What is erased is kept nowhere.
  useEffect(() => {
    if (isErased) keepCorrection(statement.id, null);
  }, [isErased, statement.id]);
  if (isErased || (statement.state !== 'PUBLISHED' && asked !== 'correct')) return null;
  const answer = `${statement.id} withdraw`;
  const end = (isDone: boolean) => {
    if (!isDone) return;
    keepAnswer(answer, null);
    setAsked(null);
  };
  if (asked === 'correct') {
    return (
      <Correct
        key={times}
        {...{ statement, standing }}
        end={() => setAsked(null)}
        beginAgain={() => setTimes(times + 1)}
      />
    );
  }
  return (
    <section className="correction">
      <RefusalNote
        refused={refused}
        shown={asked === 'withdraw' ? ['reason'] : []}
        insist={() => void insist().then(end)}
      />
      {asked === null && hasKey && (
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
          of={answer}
          problem={refused?.fields.at('reason')}
          done={(reason) =>
            void run(WithdrawDocument, {
              input: { statementId: statement.id, revision: statement.revision, reason },
            }).then(end)
          }
          close={() => setAsked(null)}
        />
      )}
    </section>
  );
}

interface CorrectProps extends CorrectionProps {
  readonly end: () => void;
  /** Goes on from what was kept, over what the statement says now. */
  readonly beginAgain: () => void;
}

/** Corrects any of it: what is left as it was is not sent, and what is typed is never lost. */
function Correct({ statement, standing, end, beginAgain }: CorrectProps) {
  const words = useWords();
  const { hasKey } = useSession();
  const { run, insist, isBusy, refused } = useDeed();
  // Against the revision that it was begun with, whatever was made of it meanwhile.
  const [begun] = useState(() => {
    const before = writingOfPublished(statement);
    const { revision } = statement;
    return keptCorrection(statement) ?? { revision, before, writing: before, note: '', isPutOver: false };
  });
  const { revision, before, isPutOver } = begun;
  const [writing, setWriting] = useState(begun.writing);
  const [note, setNote] = useState(begun.note);
  const { id: statementId } = statement;
  const isBehind = statement.revision !== revision && !isBusy;
  const write = (part: Partial<Writing>) => setWriting((before) => ({ ...before, ...part }));
  const problems = refused?.fields ?? new Problems();
  useEffect(
    () => keepCorrection(statementId, { revision, before, writing, note }),
    [statementId, revision, before, writing, note],
  );
  const close = () => {
    keepCorrection(statementId, null);
    end();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const input = { statementId, revision, note, changes: changesOf(before, writing) };
    if (await run(CorrectDocument, { input })) close();
  };
  return (
    <section className="correction">
      {!hasKey && <SignIn />}
      <form className="writing" onSubmit={(event) => void submit(event)} aria-label={words.desk.correct}>
        <RefusalNote
          refused={refused}
          shown={[...SHOWN, 'note']}
          insist={() => void insist().then((isDone) => isDone && close())}
        />
        {(isBehind || isPutOver) && (
          <p className="marked" role="status">
            {words.desk.changedMeanwhile} {!isBehind && words.desk.putOver}{' '}
            {isBehind && statement.state === 'PUBLISHED' && (
              <button type="button" className="quiet" onClick={beginAgain}>
                {words.desk.putMineOver}
              </button>
            )}
          </p>
        )}
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
          <button type="button" className="quiet" onClick={close}>
            {words.desk.cancel}
          </button>
        </div>
      </form>
    </section>
  );
}
