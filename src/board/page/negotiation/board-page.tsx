import { lazy, useEffect, useRef, useState } from 'react';
import { type Address, boardOf } from '../address.ts';
import { SignIn } from '../desk/sign-in.tsx';
import { ConnectionState } from '../frame/connection-state.tsx';
import { CopyButton } from '../frame/copy-button.tsx';
import { Part } from '../frame/part.tsx';
import { State } from '../frame/state.tsx';
import { TopBar } from '../frame/top-bar.tsx';
import { Unanswered } from '../frame/unanswered.tsx';
import type { Board } from '../live/board.ts';
import { useBoard } from '../live/use-board.ts';
import { Scrubber } from '../moment/scrubber.tsx';
import { Since, Untold } from '../moment/since.tsx';
import { type Changed, useChanged, useLastLook } from '../moment/use-since.ts';
import { Found } from '../search/found.tsx';
import { SearchBox } from '../search/search-box.tsx';
import { LinePanel } from '../statement/line-panel.tsx';
import { StatementPanel } from '../statement/statement-panel.tsx';
import { Announcer } from '../stream/announcer.tsx';
import { Filters } from '../stream/filters.tsx';
import { Stream } from '../stream/stream.tsx';
import { linkTo } from '../use-address.ts';
import { useLanguage } from '../words/language.tsx';
import { Briefing } from './briefing.tsx';
import { Parties } from './parties.tsx';
import { Standing } from './standing.tsx';
import { useIsNarrow } from './use-narrow.ts';
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
  const since = address.since ?? (address.at === null ? (look.last?.cursor ?? null) : null);
  const { changed, isAsking, ...told } = useChanged(standing, since, address.at, look.isAway);
  look.isUntold.current = isAsking || (told.problem?.isPassing ?? false);
  look.isShown.current = changed !== null && changed.changes.nodes.length > 0;
  // What changed stands above all else, and would move it if it came later.
  const isReady = useRef(false);
  isReady.current ||= standing !== null && !isAsking;
  const { view, setView } = useView(address);
  const isCovered = useIsNarrow() && (address.statement !== null || address.line !== null || address.desk);
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
      {standing === null || !isReady.current ? (
        <main className="board-none" tabIndex={-1}>
          <Unread board={board} address={address} change={change} retry={retry} />
          {/* Who may read it may not have said so yet; while it is still being read, nobody is asked. */}
          {(problem?.kind === 'key' || (address.desk && (problem || isMissing))) && <SignIn />}
        </main>
      ) : (
        <main
          className="board"
          tabIndex={-1}
          data-past={address.at !== null}
          data-reading={board.isReading}
          data-view={view}
        >
          <div className="board-head" inert={isCovered}>
            <h1>
              <bdi>{standing.title}</bdi>
            </h1>
            <Facts board={board} address={address} />
            <Parties standing={standing} />
            {((problem && !isOfFilter(board, address)) || isMissing) && (
              <Unread board={board} address={address} change={change} retry={retry} />
            )}
            {changed && (
              <Since
                {...{ changed, address, change }}
                look={since === look.last?.cursor ? look.last : null}
                forget={look.forget}
              />
            )}
            {told.problem && !problem && (
              <Untold problem={told.problem} retry={told.ask} address={address} change={change} />
            )}
          </div>
          <Scrubber {...{ slug, address, head, change, isCovered }} shown={standing} />
          <nav className="board-views" inert={isCovered}>
            {(['standing', 'stream'] as const).map((name) => (
              <button key={name} type="button" aria-pressed={view === name} onClick={() => setView(name)}>
                {name === 'standing' ? words.board.standing : words.stream.title}
              </button>
            ))}
          </nav>
          <section className="board-standing" inert={isCovered} aria-label={words.board.standing}>
            <StandingAt board={board} address={address} earlier={address.since ? changed : null} />
          </section>
          <div className="board-stream">
            <StreamSide
              {...{ board, address, change, slug, head, readOlder }}
              marked={address.since ? changed : null}
            />
          </div>
          <Briefing board={board} />
        </main>
      )}
      <Announcer news={board.news} />
    </>
  );
}

/** Which side a phone shows: the one that was chosen, and what is opened from there once it is. */
function useView({ statement, line, search, desk }: Address) {
  const opened = statement || line || search || desk ? JSON.stringify([statement, line, search, desk]) : null;
  const [chosen, choose] = useState<{ view: 'standing' | 'stream'; of: string | null }>({ view: 'standing', of: null });
  return {
    view: opened !== null && chosen.of !== opened ? 'stream' : chosen.view,
    setView: (view: 'standing' | 'stream') => choose({ view, of: opened }),
  };
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
  earlier: Changed | null;
}) {
  const now = useNow();
  if (standing === null) return null;
  const recordedAt = standing.lastChange.nodes[0]?.recordedAt;
  const at = address.at !== null && recordedAt ? Date.parse(recordedAt) : now;
  return <Standing standing={standing} address={address} now={at} earlier={earlier?.earlier ?? null} />;
}

interface StreamSideProps extends BoardPageProps {
  readonly board: Board;
  /** The cursor of what is shown live. */
  readonly head: string | null;
  readonly marked: Changed | null;
  readonly readOlder: () => void;
}

const NONE: ReadonlySet<string> = new Set();

/** The stream, or what was found, and over it what was opened from there. */
function StreamSide({ board, address, change, slug, head, readOlder, marked }: StreamSideProps) {
  const { words } = useLanguage();
  const { standing, statements } = board;
  const { statement, line } = address;
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
          <Found head={head} standing={standing} address={address} />
        ) : isOfFilter(board, address) ? (
          <State title={words.state.refused} hint={board.problem?.message} />
        ) : statements.length === 0 && !board.isReading ? (
          <State title={isFiltered ? words.stream.nothingFiltered : words.stream.nothing} />
        ) : (
          <Stream board={board} address={address} marked={marked?.statements ?? NONE} readOlder={readOlder} />
        )}
      </div>
      {statement !== null ? (
        <StatementPanel id={statement} {...{ head, standing, address, change }} />
      ) : line !== null ? (
        <LinePanel line={line} {...{ slug, head, address, change }} />
      ) : (
        address.desk && (
          <Part>
            <DeskPanel standing={standing} change={change} />
          </Part>
        )
      )}
    </>
  );
}

/** Whether it is what narrows the stream that was refused, such as a party of another record. */
function isOfFilter({ problem }: Board, { filter }: Address): boolean {
  return problem?.kind === 'refused' && Object.keys(filter).length > 0;
}

interface UnreadProps {
  readonly board: Board;
  readonly address: Address;
  readonly change: (part: Partial<Address>, replace?: boolean) => void;
  readonly retry: () => void;
}

/** Why there is nothing to see, or nothing new, and what can be done. */
function Unread({ board, address, change, retry }: UnreadProps) {
  const { problem, isMissing, standing } = board;
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
        <p>
          <a {...linkTo(boardOf(null))}>{words.negotiations.all}</a>
        </p>
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
  if (isOfFilter(board, address)) {
    return (
      <State isPage={isPage} title={words.state.refused} hint={problem.message}>
        <button type="button" className="primary" onClick={() => change({ filter: {} })}>
          {words.stream.clear}
        </button>
      </State>
    );
  }
  return <Unanswered {...{ problem, retry, isPage }} />;
}
