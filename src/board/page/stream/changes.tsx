import { diffArrays } from 'diff';
import type { StatementLineFragment } from '../generated/operations.ts';
import { useLanguage } from '../words/language.tsx';

/** That a statement was corrected, withdrawn or erased, why, and what it said before. */
export function Marked({ statement }: { statement: StatementLineFragment }) {
  const { words, dates } = useLanguage();
  const [before, last] = statement.history.nodes.slice(-2);
  const change = last ?? before;
  if (change === undefined || change.action === 'PUBLISHED') return null;
  const label = {
    CORRECTED: words.statement.corrected,
    WITHDRAWN: words.statement.withdrawn,
    EXPUNGED: words.statement.expunged,
  }[change.action];
  return (
    <div className="marked" data-action={change.action}>
      <p>
        <strong>{label}</strong> <time dateTime={change.recordedAt}>{dates.minute(change.recordedAt)}</time>
        {change.note && (
          <>
            {' · '}
            <bdi>{change.note}</bdi>
          </>
        )}
        {statement.revision > 2 && (
          <span className="faint"> · {words.statement.changedBefore(statement.revision - 2)}</span>
        )}
      </p>
      {change.action === 'CORRECTED' && last && before && before.statement.text !== last.statement.text && (
        <Difference before={before.statement.text} after={last.statement.text} />
      )}
    </div>
  );
}

/** Two wordings as one, with what was taken out and what was put in. */
export function Difference({ before, after }: { before: string; after: string }) {
  const { words } = useLanguage();
  if (before === after) return <p className="difference">{words.statement.otherwise}</p>;
  return (
    <p className="difference" dir="auto">
      {parts(before, after).map(({ value, added, removed }, index) => {
        // biome-ignore-start lint/suspicious/noArrayIndexKey: the parts of one comparison
        if (added) return <ins key={index}>{value}</ins>;
        if (removed) return <del key={index}>{value}</del>;
        return <span key={index}>{value}</span>;
        // biome-ignore-end lint/suspicious/noArrayIndexKey: the parts of one comparison
      })}
    </p>
  );
}

/** So long a comparison may take; of two texts that have little in common, each is shown whole. */
const PATIENCE_MS = 100;

function parts(before: string, after: string) {
  const compared = diffArrays(wordsOf(before), wordsOf(after), { timeout: PATIENCE_MS });
  if (!compared) {
    return [
      { value: before, removed: true, added: false },
      { value: after, removed: false, added: true },
    ];
  }
  return compared.map(({ value, added, removed }) => ({ value: value.join(''), added, removed }));
}

/** Words, the space between them, and what ends them. A figure such as 5.4 is one word. */
function wordsOf(text: string): string[] {
  return text.split(/(\s+|[,.;:!?”»)\]]+(?=\s|$))/u).filter((part) => part !== '');
}
