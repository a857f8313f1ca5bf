import { useMemo } from 'react';
import type { Address } from '../address.ts';
import { Cut } from '../frame/cut.tsx';
import type { StandingFragment } from '../generated/operations.ts';
import { StanceMark } from '../stream/stance-mark.tsx';
import { linkTo } from '../use-address.ts';
import { name } from '../words/grammar.ts';
import { useLanguage } from '../words/language.tsx';
import type { Earlier } from './earlier.ts';

type Term = StandingFragment['terms']['nodes'][number];
type Position = Term['positions'][number];

interface MatrixProps {
  readonly standing: StandingFragment;
  readonly address: Address;
  /** Against what the ages are reckoned, in milliseconds. */
  readonly now: number;
  /** Where everybody stood at the moment that is compared with. */
  readonly earlier: Earlier | null;
}

/** Terms by parties: each cell where a party stands, since when, and one click from the statement that says so. */
export function Matrix({ standing, address, now, earlier }: MatrixProps) {
  const { words, figures } = useLanguage();
  const terms = standing.terms.nodes;
  const { columns, silent } = useMemo(() => partiesOf(terms), [terms]);
  if (terms.length === 0) return <p className="empty">{words.board.noTerms}</p>;
  return (
    <>
      <div className="matrix-scroll">
        <table className="matrix">
          <caption className="unseen">{words.board.termsAndParties}</caption>
          <thead>
            <tr>
              <td />
              {columns.map(({ party }) => (
                <th key={party.id} scope="col">
                  <bdi>{party.name}</bdi>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {terms.map((term) => (
              <tr key={term.id} data-status={term.status}>
                <th scope="row">
                  <bdi className="term">{term.title}</bdi>
                  <span className="term-status" data-status={term.status}>
                    {words.enums.termStatus[term.status]}
                  </span>
                </th>
                {columns.map(({ party }) => {
                  const position = term.positions.find((other) => other.party.id === party.id);
                  return position?.stance ? (
                    <Stance
                      key={party.id}
                      {...{ term, position, address, now }}
                      was={earlier?.stance(term.id, party.id)}
                    />
                  ) : (
                    <td key={party.id} className="silence">
                      <span className="party-inline" aria-hidden="true">
                        {party.name}
                      </span>
                      <span>{words.board.silent}</span>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Cut shown={terms.length} isCut={standing.terms.pageInfo.hasNextPage} />
      {silent.length > 0 && (
        <p className="silent-parties">
          {words.board.silentThroughout(figures.list(silent.map(({ party }) => name(party.name))))}
        </p>
      )}
    </>
  );
}

interface StanceProps {
  readonly term: Term;
  readonly position: Position;
  readonly address: Address;
  readonly now: number;
  /** The stance at the moment that is compared with, null for silence; undefined where nothing is compared. */
  readonly was: string | null | undefined;
}

function Stance({ term, position: { party, stance, before, movement }, address, now, was }: StanceProps) {
  const { words, dates } = useLanguage();
  if (!stance) return null;
  const kind = words.enums.stance[stance.kind];
  const isChanged = was !== undefined && was !== stance.kind;
  return (
    <td className="stance" data-stance={stance.kind} data-changed={isChanged}>
      <a
        className="cell"
        {...linkTo({ ...address, line: null, statement: stance.statement.id })}
        title={stance.statement.text.slice(0, 300)}
      >
        <span className="party-inline">{party.name}</span>
        <span className="kind">
          <StanceMark kind={stance.kind} />
          {kind}
        </span>
        {stance.note && (
          <span className="note" dir="auto">
            {stance.note}
          </span>
        )}
        <time className="age" dateTime={stance.said.earliest} title={dates.partial(stance.said)}>
          {dates.age(stance.said, now)}
        </time>
      </a>
      {isChanged && (
        <span className="was">
          {words.board.was(
            was === null ? words.board.silent : words.enums.stance[was as keyof typeof words.enums.stance],
          )}
        </span>
      )}
      {before && movement && (
        <a
          className="line-link"
          data-movement={movement}
          {...linkTo({ ...address, statement: null, line: { termId: term.id, partyId: party.id } })}
        >
          {words.enums.movement[movement]}
          <span className="unseen"> – {words.board.lineOf(party.name, term.title)}</span>
        </a>
      )}
    </td>
  );
}

/** The parties with a column of their own: the principals, and whoever took a stance on anything. */
function partiesOf(terms: readonly Term[]): { columns: readonly Position[]; silent: readonly Position[] } {
  const parties = terms[0]?.positions ?? [];
  const spoke = new Set(
    terms.flatMap(({ positions }) => positions.filter(({ stance }) => stance !== null).map(({ party }) => party.id)),
  );
  const hasColumn = ({ party, role }: Position) => role === 'PRINCIPAL' || spoke.has(party.id);
  return { columns: parties.filter(hasColumn), silent: parties.filter((position) => !hasColumn(position)) };
}
