import { memo } from 'react';
import type { Address } from '../address.ts';
import type { StatementLineFragment } from '../generated/operations.ts';
import { linkTo } from '../use-address.ts';
import { useLanguage, useWords } from '../words/language.tsx';
import { Attribution, Chain, Level } from './attribution.tsx';
import { Marked } from './changes.tsx';
import { Prose } from './prose.tsx';
import { Stances } from './stances.tsx';
import { When } from './when.tsx';

interface StatementLineProps {
  readonly statement: StatementLineFragment;
  readonly address: Address;
  readonly isNew: boolean;
}

/** One statement of the stream: who, on what terms, when; what; what it claims; where it was carried. */
export const StatementLine = memo(function StatementLine({ statement, address, isNew }: StatementLineProps) {
  const { words } = useLanguage();
  const { state, quotationType, stances } = statement;
  return (
    <article className="statement-line" data-state={state} data-new={isNew} data-id={statement.id}>
      <header>
        <a className="open" {...linkTo({ ...address, statement: statement.id })}>
          <Attribution credit={statement} />
        </a>
        <When when={statement.said} />
      </header>
      {state === 'EXPUNGED' ? (
        <p className="prose gone">{words.statement.expungedText}</p>
      ) : (
        <Prose text={statement.text} language={statement.language} quotation={quotationType} short />
      )}
      <Marked statement={statement} />
      <Stances stances={stances} />
      <footer>
        <Level credit={statement} />
        <span className="quotation">{words.enums.quotation[quotationType]}</span>
        {statement.viewOf && <span>{words.statement.viewOf(statement.viewOf.name)}</span>}
        {statement.addressedTo && <span>{words.statement.to(statement.addressedTo.name)}</span>}
        <Way statement={statement} />
      </footer>
    </article>
  );
});

/** By which outlets a statement came, and through whom when it was relayed. */
export function Way({ statement: { relays, appearances } }: { statement: StatementLineFragment }) {
  const words = useWords();
  const isRelayed = relays.some(({ kind }) => kind === 'RELAYED_BY' || kind === 'REPUBLISHED_BY');
  const carriers = [...new Map(appearances.map((appearance) => [appearance.report.outlet.id, appearance])).values()];
  return (
    <>
      {isRelayed && <Chain relays={relays} />}
      {carriers.length > 0 && (
        <span className="carriers">
          <span className="unseen">{words.statement.carriedBy} </span>
          {carriers.map(({ report, medium }) => (
            <bdi key={report.id}>{medium ?? report.outlet.name}</bdi>
          ))}
        </span>
      )}
    </>
  );
}
