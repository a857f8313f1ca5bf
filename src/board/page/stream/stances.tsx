import type { StanceKind } from '../generated/operations.ts';
import { useWords } from '../words/language.tsx';
import { StanceMark } from './stance-mark.tsx';

interface StancesProps {
  readonly stances: readonly {
    readonly kind: StanceKind;
    readonly note?: string | null | undefined;
    readonly party: { readonly id: string; readonly name: string };
    readonly term: { readonly id: string; readonly title: string };
  }[];
}

/** The stances that a statement says parties take, with what narrows them. */
export function Stances({ stances }: StancesProps) {
  const words = useWords();
  if (stances.length === 0) return null;
  return (
    <ul className="stances">
      {stances.map(({ kind, party, term, note }) => (
        <li key={`${party.id} ${term.id}`} data-stance={kind}>
          <StanceMark kind={kind} />
          <span>
            <bdi>{party.name}</bdi> <b>{words.enums.stance[kind].toLocaleLowerCase()}</b> <bdi>{term.title}</bdi>
            {note && (
              <>
                {': '}
                <bdi className="note">{note}</bdi>
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
