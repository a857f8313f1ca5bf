import { useState } from 'react';
import { DraftsWholeDocument, type StandingFragment } from '../generated/operations.ts';
import { useQuestion } from '../live/use-question.ts';
import { useWords } from '../words/language.tsx';
import { contentIn, DraftContent } from './draft-content.tsx';
import { useNames } from './names.ts';
import type { Writing } from './writing.ts';

interface ConflictProps {
  readonly standing: StandingFragment;
  readonly draftId: string;
  /** The revision that somebody else saved meanwhile. */
  readonly revision: number;
  readonly isBusy: boolean;
  /** Keeps what is written here over the revision that was shown. */
  readonly keep: (draft: NonNullable<Writing['draft']>) => void;
}

/**
 * What a draft says since somebody else saved it, beside what is written here: either may stand. It does not change
 * under who reads it: what was saved later still is refused again, and shown then.
 */
export function Conflict({ standing, draftId, revision, isBusy, keep }: ConflictProps) {
  const words = useWords();
  const { data } = useQuestion({
    query: DraftsWholeDocument,
    variables: { negotiationId: standing.id },
    requestPolicy: 'network-only',
  });
  const [read, setRead] = useState<typeof data>();
  const draft = (read ?? data)?.drafts.nodes.find(({ id }) => id === draftId);
  // The list that stands beside it may be of before.
  const isRead = read !== undefined || (data !== undefined && (draft === undefined || draft.revision >= revision));
  if (isRead && read === undefined) setRead(data);
  const names = useNames(standing, draft ? [contentIn(draft)] : []);
  return (
    <section className="draft conflict" aria-label={words.desk.standsNow}>
      <h3>{words.desk.standsNow}</h3>
      {isRead && draft && <DraftContent draft={draft} names={names} />}
      {isRead && (
        <button
          type="button"
          className="primary"
          disabled={isBusy}
          // Of what came later than the first page, the revision alone is known.
          onClick={() => keep({ id: draftId, revision: draft?.revision ?? revision })}
        >
          {words.desk.keepMine}
        </button>
      )}
    </section>
  );
}
