import { useEffect, useRef, useState } from 'react';
import { boardOf } from '../address.ts';
import { useSession } from '../desk/session.tsx';
import { SignIn } from '../desk/sign-in.tsx';
import { ConnectionState } from '../frame/connection-state.tsx';
import { Cut } from '../frame/cut.tsx';
import { State } from '../frame/state.tsx';
import { TopBar } from '../frame/top-bar.tsx';
import { Unanswered } from '../frame/unanswered.tsx';
import type { NegotiationsQuery } from '../generated/operations.ts';
import { NO_LIST, type OpenList, openList } from '../live/list.ts';
import { useRecord } from '../live/use-board.ts';
import { useFocusOnNext } from '../live/use-focus-on-next.ts';
import { useNow } from '../negotiation/use-now.ts';
import { Attribution } from '../stream/attribution.tsx';
import { When } from '../stream/when.tsx';
import { Wording } from '../stream/wording.tsx';
import { linkTo } from '../use-address.ts';
import { useLanguage } from '../words/language.tsx';
import { Sparkline } from './sparkline.tsx';

type Talks = NegotiationsQuery['negotiations']['nodes'][number];

/** The negotiations: where they stand, who takes part, what was said last. */
export function NegotiationsPage() {
  const { words } = useLanguage();
  const { hasKey, signOut } = useSession();
  const [isSigningIn, setSigningIn] = useState(false);
  const { negotiations: talks, more, connection, problem, readMore, retry } = useList();
  const now = useNow();
  const { list, mark } = useFocusOnNext(talks?.map(({ id }) => id) ?? []);
  const goOn = () => {
    mark();
    readMore();
  };
  useEffect(() => {
    document.title = `${words.negotiations.title} · ${words.parley}`;
  }, [words]);

  return (
    <>
      <TopBar>
        <ConnectionState connection={connection} />
        <button type="button" className="quiet" onClick={hasKey ? signOut : () => setSigningIn(!isSigningIn)}>
          {hasKey ? words.desk.signOut : words.desk.signIn}
        </button>
      </TopBar>
      <main className="negotiations" tabIndex={-1}>
        <h1>{words.negotiations.title}</h1>
        {!hasKey && (isSigningIn || problem?.kind === 'key') && <SignIn />}
        {problem && <Unanswered problem={problem} retry={retry} />}
        {!problem && !talks && <p className="reading">{words.state.loading}</p>}
        {talks?.length === 0 && <State title={words.negotiations.empty} hint={words.negotiations.emptyHint} />}
        {talks && talks.length > 0 && (
          <ul ref={list}>
            {talks.map((one) => (
              <li key={one.id}>
                <TalksView talks={one} now={now} />
              </li>
            ))}
          </ul>
        )}
        {more !== 'none' && (
          <button type="button" className="more" onClick={goOn}>
            {more === 'reading' ? words.state.loading : words.negotiations.more}
          </button>
        )}
      </main>
    </>
  );
}

function useList() {
  const record = useRecord();
  const [list, setList] = useState(NO_LIST);
  const [attempt, setAttempt] = useState(0);
  const open = useRef<OpenList>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt begins it anew
  useEffect(() => {
    open.current = openList(record, (part) => setList((before) => ({ ...before, ...part })));
    return open.current.close;
  }, [record, attempt]);
  return { ...list, readMore: () => open.current?.readMore(), retry: () => setAttempt(attempt + 1) };
}

function TalksView({ talks, now }: { talks: Talks; now: number }) {
  const { words, dates } = useLanguage();
  const { title, slug, status, summary, since, participations, statements, statistics, timeline } = talks;
  const [last] = statements.nodes;
  const [changed] = timeline.nodes;
  const standing = participations.nodes.filter(({ until }) => until === null);
  return (
    <article className="talks" data-status={status}>
      <header>
        <h2>
          <a {...linkTo(boardOf(slug))}>
            <bdi>{title}</bdi>
          </a>
        </h2>
        <p className="facts">
          <span className="status" data-status={status}>
            {words.enums.status[status]}
          </span>
          {since && <span>{words.negotiations.since(dates.day(since))}</span>}
          {changed && <span className="faint">{words.negotiations.recorded(dates.ago(changed.recordedAt, now))}</span>}
        </p>
      </header>
      {summary && (
        <p className="summary" dir="auto">
          {summary}
        </p>
      )}
      <p className="talks-parties">
        <span className="unseen">{words.negotiations.parties}: </span>
        {standing.map(({ id, actor, role }) => (
          <bdi key={id} data-role={role}>
            {actor.name}
          </bdi>
        ))}
      </p>
      <Cut shown={participations.nodes.length} isCut={participations.pageInfo.hasNextPage} />
      <div className="talks-last">
        {last ? (
          <>
            <p className="faint">
              {words.negotiations.lastSaid} <When when={last.said} />
            </p>
            <p>
              <Attribution credit={last} />
            </p>
            <Wording statement={last} short />
          </>
        ) : (
          <p className="faint">{words.negotiations.nothingSaid}</p>
        )}
      </div>
      <Sparkline statistics={statistics} />
    </article>
  );
}
