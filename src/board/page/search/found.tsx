import { Fragment, useMemo } from 'react';
import { type Address, asOf, statementFilter } from '../address.ts';
import { GoOn } from '../frame/cut.tsx';
import { Unanswered } from '../frame/unanswered.tsx';
import {
  type QuotationType,
  SearchDocument,
  type SearchQuery,
  type StandingFragment,
} from '../generated/operations.ts';
import { useRecord } from '../live/use-board.ts';
import { type Page, useMore } from '../live/use-more.ts';
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
export function Found(props: FoundProps) {
  const { search, filter, at } = props.address;
  // What was gone on to belongs to one question.
  return <FoundOf key={JSON.stringify([search, filter, at])} {...props} />;
}

function FoundOf({ head, standing, address }: FoundProps) {
  const words = useWords();
  const record = useRecord();
  const variables = {
    query: address.search,
    negotiationId: standing.id,
    filter: statementFilter(address.filter),
    orderBy: 'RELEVANCE' as const,
    first: FOUND_MOST,
  };
  const { data, problem, ask } = useQuestion({
    query: SearchDocument,
    variables: { ...variables, asOf: asOf(address.at) as never },
  });
  useRenewed(ask, head);
  const more = useMore(
    useMemo(() => pageOf(data), [data]),
    ({ node }) => node.id,
    async (after) => pageOf(await record.ask(SearchDocument, { ...variables, after })),
  );
  const found = more.nodes;
  if (data === undefined) {
    return problem ? <Unanswered problem={problem} retry={ask} /> : <p className="reading">{words.state.loading}</p>;
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section className="stream-scroll found" id="stream" tabIndex={0} aria-label={words.stream.search}>
      <p className="found-count" role="status">
        {found.length === 0
          ? words.stream.nothingFound(address.search)
          : words.stream.found(found.length, more.state !== 'none')}
      </p>
      <div ref={more.list}>
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
      </div>
      <GoOn more={more} label={words.stream.moreFound} />
    </section>
  );
}

type Hit = SearchQuery['search']['edges'][number];

const NOTHING: Page<Hit> = { nodes: [], pageInfo: { endCursor: null, hasNextPage: false } };

function pageOf(data: SearchQuery | undefined): Page<Hit> {
  return data ? { nodes: data.search.edges, pageInfo: data.search.pageInfo } : NOTHING;
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
