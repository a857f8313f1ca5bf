import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { DraftStatementDocument, EditDraftDocument, type StandingFragment } from '../generated/operations.ts';
import { useWords } from '../words/language.tsx';
import { Confirm } from './confirm.tsx';
import { Conflict } from './conflict.tsx';
import { Problems, type Refused } from './refusal.ts';
import { RefusalNote } from './refusal-note.tsx';
import { SHOWN, StatementFields } from './statement-fields.tsx';
import { useDeed } from './use-deed.ts';
import { contentOf, isBlank, keepWriting, type Writing } from './writing.ts';

interface WritingFormProps {
  readonly standing: StandingFragment;
  readonly begun: Writing;
  /** Why what is gone on with could not be published. */
  readonly refusal: Refused | null;
  /** It was kept as a draft, or given up. */
  readonly end: () => void;
}

/** Writes a statement with its attribution. Ctrl+Enter keeps it as a draft; what is typed is never lost. */
export function WritingForm({ standing, begun, refusal, end }: WritingFormProps) {
  const words = useWords();
  const [writing, setWriting] = useState(begun);
  const { run, insist, isBusy, refused } = useDeed(refusal);
  const text = useRef<HTMLTextAreaElement>(null);
  const standsAt = refused?.standsAt;
  const giveUp = useRef<HTMLButtonElement>(null);
  const [isGivingUp, setGivingUp] = useState(false);
  const { slug, id: negotiationId } = standing;
  const write = (part: Partial<Writing>) => setWriting((before) => ({ ...before, ...part }));
  useEffect(() => keepWriting(slug, writing), [slug, writing]);
  useEffect(() => text.current?.focus(), []);

  const keep = async (writing: Writing) => {
    if (isBusy) return;
    setWriting(writing);
    const { draft } = writing;
    const content = contentOf(writing);
    const isDone =
      draft === null
        ? await run(DraftStatementDocument, { input: { negotiationId, content } })
        : await run(EditDraftDocument, { input: { draftId: draft.id, revision: draft.revision, content } });
    if (isDone) leave();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void keep(writing);
  };
  const leave = () => {
    keepWriting(slug, null);
    end();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLFormElement>) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.currentTarget.requestSubmit();
  };

  return (
    <form className="writing" onSubmit={submit} onKeyDown={onKeyDown} aria-label={words.desk.write}>
      <RefusalNote refused={refused} shown={SHOWN} insist={() => void insist()} />
      {writing.draft !== null && standsAt != null && (
        <Conflict
          key={standsAt}
          {...{ standing, isBusy }}
          draftId={writing.draft.id}
          revision={standsAt}
          keep={(draft) => void keep({ ...writing, draft })}
        />
      )}
      {writing.draft !== null && standsAt === null && (
        <button
          type="button"
          className="primary"
          disabled={isBusy}
          onClick={() => void keep({ ...writing, draft: null })}
        >
          {words.desk.keepAsNew}
        </button>
      )}
      <StatementFields {...{ standing, writing, write }} problems={refused?.fields ?? new Problems()} first={text} />
      <div className="row">
        <button type="submit" className="primary" disabled={isBusy}>
          {words.desk.keep} <kbd>Ctrl ↵</kbd>
        </button>
        <button
          type="button"
          className="quiet"
          ref={giveUp}
          onClick={() => (isBlank(writing) ? leave() : setGivingUp(true))}
        >
          {words.desk.giveUp}
        </button>
      </div>
      {isGivingUp && (
        <Confirm
          question={words.desk.giveUpForGood}
          act={words.desk.giveUp}
          done={leave}
          cancel={() => {
            setGivingUp(false);
            giveUp.current?.focus();
          }}
        />
      )}
    </form>
  );
}
