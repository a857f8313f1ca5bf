import { useWords } from '../words/language.tsx';
import type { Refused } from './refusal.ts';

interface RefusalNoteProps {
  readonly refused: Refused | null;
  /** The fields that say themselves what is wrong with them. */
  readonly shown?: readonly string[];
  /** Does what was warned of all the same. */
  readonly insist: () => void;
}

/** Why something was not done: said where it was asked for, with what no field beside it says. */
export function RefusalNote({ refused, shown = [], insist }: RefusalNoteProps) {
  const words = useWords();
  if (refused === null) return null;
  return (
    <div className="refusal" role="alert">
      {/* Of fields the message says no more than they do, by names that are the API's own. */}
      <p>{refused.fields.all.length === 0 ? refused.message : words.desk.seeFields}</p>
      {refused.fields.besides(shown).map(({ path, message }) => (
        <p key={path}>
          {path}: {message}
        </p>
      ))}
      {refused.answer !== null && (
        <button type="button" className="quiet" onClick={insist}>
          {words.desk.standBy}
        </button>
      )}
    </div>
  );
}
