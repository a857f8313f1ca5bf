import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import type { Address } from '../address.ts';
import { ConnectionState } from '../frame/connection-state.tsx';
import { CopyButton } from '../frame/copy-button.tsx';
import { State } from '../frame/state.tsx';
import { TopBar } from '../frame/top-bar.tsx';
import type { Board } from '../live/board.ts';
import { useBoard } from '../live/use-board.ts';
import { Scrubber } from '../moment/scrubber.tsx';
import { Since } from '../moment/since.tsx';
import { useChanged, useLastLook } from '../moment/use-since.ts';
import { Found } from '../search/found.tsx';
import { SearchBox } from '../search/search-box.tsx';
import { LinePanel } from '../statement/line-panel.tsx';
import { StatementPanel } from '../statement/statement-panel.tsx';
import { Announcer } from '../stream/announcer.tsx';
import { Filters } from '../stream/filters.tsx';
import { Stream } from '../stream/stream.tsx';
import { useLanguage } from '../words/language.tsx';
import { Briefing } from './briefing.tsx';
import { Parties } from './parties.tsx';
import { Standing } from './standing.tsx';
import { useNow } from './use-now.ts';

/** Most who look never write, so that is read when somebody does. */
const DeskPanel = lazy(async () => ({ default: (await import('../desk/desk-panel.tsx')).DeskPanel }));

interface BoardPageProps {
  readonly slug: string;
  readonly address: Address;
  readonly change: (part: Partial<Address>, replace?: boolean) => void;
}

/** One negotiation: where it stands, what was said, and any moment of both. */
export function BoardPage({ slug, address, change }: BoardPageProps) {
  const { words } = useLanguage();
  const { board, readOlder, retry } = useBoard({ slug, at: address.at, filter: address.filter, order: address.order });
  const { standing, problem, isMissing } = board;
  const head = address.at === null ? (standing?.cursor ?? null) : null;
  const look = useLastLook(slug, head);
  const since = address.since ?? look.last?.cursor ?? null;
  const changed = useChanged(standing, address.at === null ? since : null);
  const [view, setView] = useState<'standing' | 'stream'>('standing');
  useEffect(() => {
    document.title = `${standing?.title ?? slug} · ${words.parley}`;
  }, [standing?.title, slug, words]);

  return (
    <>
      {standing !== null && (
        <a className="skip" href="#stream">
          {words.skip}
        </a>
      )}
      <TopBar>
        <SearchBox search={address.search} change={change} />
        <ConnectionState connection={board.connection} />
        <button
          type="button"
          className="quiet"
          aria-pressed={address.desk}
          onClick={() => change({ desk: !address.desk, statement: null, line: null })}
        >
          {words.desk.open}
        </button>
      </TopBar>
      {standing === null ? (
        <main className="board-none">
          <Unread board={board} address={address} change={change} retry={retry} />
        </main>
      ) : (
        <main
          className="board"
          data-past={address.at !== null}
          data-reading={board.isReading}
          data-view={address.statement || address.line || address.search || address.desk ? 'stream' : view}
        >
          <div className="board-head">
            <h1>
              <bdi>{standing.title}</bdi>
            </h1>
            <Facts board={board} address={address} />
            <Parties standing={standing} />
            {(problem || isMissing) && <Unread board={board} address={address} change={change} retry={retry} />}
            {changed && !(look.last === null && address.since === null) && (
              <Since changed={changed} look={look.last} address={address} change={change} forget={look.forget} />
            )}
          </div>
          <Scrubber slug={slug} address={address} head={head} change={change} shown={standing} />
          <nav className="board-views">
            {(['standing', 'stream'] as const).map((name) => (
              <button key={name} type="button" aria-pressed={view === name} onClick={() => setView(name)}>
                {name === 'standing' ? words.board.standing : words.stream.title}
              </button>
            ))}
          </nav>
          <section className="board-standing" aria-label={words.board.standing}>
            <StandingAt board={board} address={address} earlier={address.since ? changed : null} />
          </section>
          <div className="board-stream">
            <StreamSide {...{ board, address, change, slug, readOlder }} marked={address.since ? changed : null} />
          </div>
          <Briefing board={board} />
        </main>
      )}
      <Announcer news={board.news} />
    </>
  );
}

function Facts({ board: { standing }, address }: { board: Board; address: Address }) {
  const { words, dates } = useLanguage();
  if (standing === null) return null;
  const { status, since, summary, cursor } = standing;
  return (
    <>
      <p className="facts">
        <span className="status" data-status={status}>
          {words.enums.status[status]}
        </span>
        {since && <span>{words.negotiations.since(dates.day(since))}</span>}
        <CopyButton address={{ ...address, at: address.at ?? cursor }} label={words.moment.share} />
      </p>
      {summary && (
        <p className="summary" dir="auto">
          {summary}
        </p>
      )}
    </>
  );
}

/** The ages are those at the moment that is shown. */
function StandingAt({
  board: { standing },
  address,
  earlier,
}: {
  board: Board;
  address: Address;
  earlier: ReturnType<typeof useChanged>;
}) {
  const now = useNow();
  if (standing === null) return null;
  const recordedAt = standing.lastChange.nodes[0]?.recordedAt;
  const at = address.at !== null && recordedAt ? Date.parse(recordedAt) : now;
  return <Standing standing={standing} address={address} now={at} earlier={earlier?.earlier ?? null} />;
}

interface StreamSideProps extends BoardPageProps {
  readonly board: Board;
  readonly marked: ReturnType<typeof useChanged>;
  readonly readOlder: () => void;
}

const NONE: ReadonlySet<string> = new Set();

/** The stream, or what was found, and over it what was opened from there. */
function StreamSide({ board, address, change, slug, readOlder, marked }: StreamSideProps) {
  const { words } = useLanguage();
  const { standing, statements } = board;
  const { statement, line } = address;
  const revision = useMemo(() => statements.find(({ id }) => id === statement)?.revision, [statements, statement]);
  if (standing === null) return null;
  const isFiltered = Object.keys(address.filter).length > 0;
  return (
    <>
      <div className="stream-side" inert={statement !== null || line !== null || address.desk}>
        <header>
          <h2>{words.stream.title}</h2>
          <Filters standing={standing} address={address} change={change} />
        </header>
        {address.search !== '' ? (
          <Found standing={standing} address={address} />
        ) : statements.length === 0 && !board.isReading ? (
          <State title={isFiltered ? words.stream.nothingFiltered : words.stream.nothing} />
        ) : (
          <Stream board={board} address={address} marked={marked?.statements ?? NONE} readOlder={readOlder} />
        )}
      </div>
      {statement !== null ? (
        <StatementPanel id={statement} revision={revision} standing={standing} address={address} change={change} />
      ) : line !== null ? (
        <LinePanel line={line} slug={slug} address={address} change={change} />
      ) : (
        address.desk && (
          <Suspense fallback={null}>
            <DeskPanel standing={standing} change={change} />
          </Suspense>
        )
      )}
    </>
  );
}

interface UnreadProps {
  readonly board: Board;
  readonly address: Address;
  readonly change: (part: Partial<Address>, replace?: boolean) => void;
  readonly retry: () => void;
}

/** Why there is nothing to see, or nothing new, and what can be done. */
function Unread({ board: { problem, isMissing, standing }, address, change, retry }: UnreadProps) {
  const { words } = useLanguage();
  const isPage = standing === null;
  const toNow = address.at !== null && (
    <button type="button" className="primary" onClick={() => change({ at: null })}>
      {words.moment.back}
    </button>
  );
  if (isMissing) {
    return (
      <State isPage={isPage} title={words.state.missing} hint={words.state.missingHint}>
        {toNow}
      </State>
    );
  }
  if (problem === null) return <p className="reading">{words.state.loading}</p>;
  if (problem.kind === 'moment') {
    return (
      <State isPage={isPage} title={words.state.badMoment} hint={words.state.badMomentHint}>
        {toNow}
      </State>
    );
  }
  const isUnreachable = problem.kind === 'unreachable';
  return (
    <State
      isPage={isPage}
      title={isUnreachable ? words.state.failed : words.state.refused}
      hint={isUnreachable ? words.state.failedHint : problem.message}
    >
      <button type="button" className="primary" onClick={retry}>
        {words.state.retry}
      </button>
    </State>
  );
}
