import type { Catalogue } from '../words/en.ts';
import type { Figures } from '../words/figures.ts';
import { name } from '../words/grammar.ts';
import { useLanguage } from '../words/language.tsx';
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
  const { words, figures } = useLanguage();
  if (refused === null) return null;
  return (
    <div className="refusal" role="alert">
      <p>{inWords(refused, words, figures)}</p>
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

function inWords({ message, fields, names }: Refused, { desk }: Catalogue, figures: Figures): string {
  // What the API says names what a program would answer with.
  if (names) return desk.holdsNames(figures.list(names.map(name)));
  // Of fields it says no more than they do, by names that are its own.
  return fields.all.length === 0 ? message : desk.seeFields;
}
