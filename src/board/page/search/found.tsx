import { Fragment } from 'react';
import { type Address, asOf, statementFilter } from '../address.ts';
import { Unanswered } from '../frame/unanswered.tsx';
import { type QuotationType, SearchDocument, type StandingFragment } from '../generated/operations.ts';
import { useQuestion } from '../live/use-question.ts';
import { useRenewed } from '../live/use-renewed.ts';
import { Attribution, Level } from '../stream/attribution.tsx';
import { Marked } from '../stream/changes.tsx';
import { unquoted } from '../stream/prose.tsx';
import { Way } from '../stream/statement-line.tsx';
import { When } from '../stream/when.tsx';
import { linkTo } from '../use-address.ts';
import { useWords } from '../words/language.tsx';
import { highlighted } from './highlight.ts';

const FOUND_MOST = 50;

interface FoundProps {
  readonly head: string | null;
  readonly standing: StandingFragment;
  readonly address: Address;
}

/** The statements in which the words of a search are found, what fits best first, each where it was found. */
export function Found({ head, standing, address }: FoundProps) {
  const words = useWords();
  const { data, problem, ask } = useQuestion({
    query: SearchDocument,
    variables: {
      query: address.search,
      negotiationId: standing.id,
      filter: statementFilter(address.filter),
      asOf: asOf(address.at) as never,
      orderBy: 'RELEVANCE',
      first: FOUND_MOST,
    },
  });
  useRenewed(ask, head);
  const found = data?.search.edges ?? null;
  if (found === null) {
    return problem ? <Unanswered problem={problem} retry={ask} /> : <p className="reading">{words.state.loading}</p>;
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section className="stream-scroll found" id="stream" tabIndex={0} aria-label={words.stream.search}>
      <p className="found-count" role="status">
        {found.length === 0
          ? words.stream.nothingFound(address.search)
          : words.stream.found(found.length, data?.search.pageInfo.hasNextPage ?? false)}
      </p>
      {found.map(({ node: statement, highlight, passages }) => (
        <article key={statement.id} className="statement-line" data-state={statement.state}>
          <header>
            <a className="open" {...linkTo({ ...address, statement: statement.id })}>
              <Attribution credit={statement} />
            </a>
            <When when={statement.said} />
          </header>
          <Highlighted html={highlight} language={statement.language} quotation={statement.quotationType} />
          <Marked statement={statement} />
          {passages.map(({ html, place }) => (
            <Highlighted key={`${place} ${html}`} html={html} isPassage />
          ))}
          <footer>
            <Level credit={statement} />
            <span className="quotation">{words.enums.quotation[statement.quotationType]}</span>
            <Way statement={statement} />
          </footer>
        </article>
      ))}
    </section>
  );
}

interface HighlightedProps {
  readonly html: string;
  readonly language?: string;
  readonly quotation?: QuotationType;
  readonly isPassage?: boolean;
}

function Highlighted({ html, language, quotation, isPassage = false }: HighlightedProps) {
  const isOwn = quotation === 'DIRECT';
  const text = highlighted(isOwn ? unquoted(html) : html).map(({ text, isFound }, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the stretches of one text, which change only together
    isFound ? <mark key={index}>{text}</mark> : <Fragment key={index}>{text}</Fragment>,
  );
  return (
    <p className={isPassage ? 'passage' : 'prose'} lang={language} dir="auto">
      {isOwn ? <q className="own">{text}</q> : text}
    </p>
  );
}
