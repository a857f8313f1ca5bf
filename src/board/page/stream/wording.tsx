import type { WordingFragment } from '../generated/operations.ts';
import { useWords } from '../words/language.tsx';
import { Prose } from './prose.tsx';

/** The words of a statement where it stands beside others, and that they no longer stand where they do not. */
export function Wording({ statement, short }: { statement: WordingFragment; short?: boolean }) {
  const words = useWords();
  const { state, text, language, quotationType } = statement;
  if (state === 'EXPUNGED') return <p className="prose gone">{words.statement.expungedText}</p>;
  return (
    <div className="wording" data-state={state}>
      {state === 'WITHDRAWN' && <strong>{words.enums.action.WITHDRAWN}</strong>}
      <Prose text={text} language={language} quotation={quotationType} short={short} />
    </div>
  );
}
