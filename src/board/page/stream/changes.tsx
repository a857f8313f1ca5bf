import { diffArrays } from 'diff';
import type { ReactNode } from 'react';
import type { MendingFragment, StatementAction, StatementLineFragment } from '../generated/operations.ts';
import { useLanguage } from '../words/language.tsx';

/** That a statement was corrected, withdrawn or erased, why, and what it said before. */
export function Marked({ statement }: { statement: StatementLineFragment }) {
  const { words } = useLanguage();
  const [before, last] = statement.history.nodes.slice(-2);
  const change = last ?? before;
  if (change === undefined || change.action === 'PUBLISHED') return null;
  return (
    <div className="marked" data-action={change.action}>
      <MendingLine mending={change}>
        {statement.revision > 2 && (
          <span className="faint"> · {words.statement.changedBefore(statement.revision - 2)}</span>
        )}
      </MendingLine>
      {change.action === 'CORRECTED' && last && before && before.statement.text !== last.statement.text && (
        <Difference before={before.statement.text} after={last.statement.text} />
      )}
    </div>
  );
}

/** That something else of the record was corrected or withdrawn, and why. */
export function Mended({ history }: { history: { readonly nodes: readonly MendingFragment[] } }) {
  const mending = history.nodes.findLast(isMending);
  return (
    mending && (
      <div className="marked" data-action={mending.action}>
        <MendingLine mending={mending} />
      </div>
    )
  );
}

function isMending<Change extends { readonly action: string }>(
  change: Change,
): change is Change & { readonly action: 'CORRECTED' | 'WITHDRAWN' } {
  return change.action === 'CORRECTED' || change.action === 'WITHDRAWN';
}

interface MendingLineProps {
  readonly mending: Omit<MendingFragment, 'action'> & { readonly action: StatementAction };
  readonly children?: ReactNode;
}

function MendingLine({ mending: { action, note, recordedAt }, children }: MendingLineProps) {
  const { words, dates } = useLanguage();
  return (
    <p>
      <strong>{words.enums.action[action]}</strong> <time dateTime={recordedAt}>{dates.minute(recordedAt)}</time>
      {note && (
        <>
          {' · '}
          <bdi>{note}</bdi>
        </>
      )}
      {children}
    </p>
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
