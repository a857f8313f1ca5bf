import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { DraftStatementDocument, EditDraftDocument, type StandingFragment } from '../generated/operations.ts';
import { useWords } from '../words/language.tsx';
import { Problems, type Refused } from './refusal.ts';
import { RefusalNote } from './refusal-note.tsx';
import { SHOWN, StatementFields } from './statement-fields.tsx';
import { useDeed } from './use-deed.ts';
import { contentOf, keepWriting, type Writing } from './writing.ts';

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
  const { slug, id: negotiationId } = standing;
  const write = (part: Partial<Writing>) => setWriting((before) => ({ ...before, ...part }));
  useEffect(() => keepWriting(slug, writing), [slug, writing]);
  useEffect(() => text.current?.focus(), []);

  const keep = async (event?: FormEvent) => {
    event?.preventDefault();
    if (isBusy) return;
    const content = contentOf(writing);
    const isDone =
      writing.draft === null
        ? await run(DraftStatementDocument, { input: { negotiationId, content } })
        : await run(EditDraftDocument, {
            input: { draftId: writing.draft.id, revision: writing.draft.revision, content },
          });
    if (!isDone) return;
    keepWriting(slug, null);
    end();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void keep();
  };

  return (
    <form
      className="writing"
      onSubmit={(event) => void keep(event)}
      onKeyDown={onKeyDown}
      aria-label={words.desk.write}
    >
      <RefusalNote refused={refused} shown={SHOWN} insist={() => void insist()} />
      <StatementFields {...{ standing, writing, write }} problems={refused?.fields ?? new Problems()} first={text} />
      <div className="row">
        <button type="submit" className="primary" disabled={isBusy}>
          {words.desk.keep} <kbd>Ctrl ↵</kbd>
        </button>
        <button
          type="button"
          className="quiet"
          onClick={() => {
            keepWriting(slug, null);
            end();
          }}
        >
          {words.desk.giveUp}
        </button>
      </div>
    </form>
  );
}
