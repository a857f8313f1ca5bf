import { readAddress } from '../address.ts';
import type { Board } from '../live/board.ts';
import { Attribution, Level } from '../stream/attribution.tsx';
import { Marked } from '../stream/changes.tsx';
import { Prose } from '../stream/prose.tsx';
import { When } from '../stream/when.tsx';
import { useLanguage } from '../words/language.tsx';

const LATEST = 6;

/** On paper only: the moment that was printed, and the latest statements in place of the stream. */
export function Briefing({ board: { standing, statements } }: { board: Board }) {
  const { words, dates } = useLanguage();
  const isFiltered = Object.keys(readAddress(location).filter).length > 0;
  const recordedAt = standing?.lastChange.nodes[0]?.recordedAt;
  return (
    <section className="briefing" aria-hidden="true">
      <p className="briefing-moment">
        {recordedAt && words.briefing.asOf(dates.instant(recordedAt))} · {words.briefing.from(location.href)}
      </p>
      <h2>{isFiltered ? words.briefing.latestFiltered : words.briefing.latest}</h2>
      {statements.slice(0, LATEST).map((statement) => (
        <article key={statement.id} className="statement-line" data-state={statement.state}>
          <header>
            <Attribution credit={statement} /> <When when={statement.said} /> <Level credit={statement} />
          </header>
          <Prose text={statement.text} language={statement.language} quotation={statement.quotationType} short />
          <Marked statement={statement} />
        </article>
      ))}
    </section>
  );
}
