import type { WhenFragment } from '../generated/operations.ts';
import { useLanguage } from '../words/language.tsx';

/** A date, no more exact than it is known, with whether the desk inferred it. */
export function When({ when }: { when: WhenFragment }) {
  const { dates, words } = useLanguage();
  const note =
    when.basis === 'INFERRED'
      ? words.statement.dateInferred
      : when.basis === 'UNKNOWN'
        ? words.statement.dateUnknown
        : null;
  return (
    <span className="when" title={note ?? undefined} data-basis={when.basis}>
      <time dateTime={when.earliest}>{dates.partial(when)}</time>
      {note && <span className="unseen"> ({note})</span>}
    </span>
  );
}
