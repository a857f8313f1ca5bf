import { useEffect, useState } from 'react';
import { boardOf } from '../address.ts';
import { ConnectionState } from '../frame/connection-state.tsx';
import { State } from '../frame/state.tsx';
import { TopBar } from '../frame/top-bar.tsx';
import type { NegotiationsQuery } from '../generated/operations.ts';
import { NO_LIST, openList } from '../live/list.ts';
import { useRecord } from '../live/use-board.ts';
import { Attribution } from '../stream/attribution.tsx';
import { Prose } from '../stream/prose.tsx';
import { When } from '../stream/when.tsx';
import { linkTo } from '../use-address.ts';
import { useLanguage } from '../words/language.tsx';
import { Sparkline } from './sparkline.tsx';

type Talks = NegotiationsQuery['negotiations']['nodes'][number];

/** All negotiations: where they stand, who takes part, what was said last. */
export function NegotiationsPage() {
  const { words } = useLanguage();
  const record = useRecord();
  const [{ negotiations: talks, connection, problem }, setList] = useState(NO_LIST);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt begins it anew
  useEffect(() => openList(record, (part) => setList((before) => ({ ...before, ...part }))), [record, attempt]);
  useEffect(() => {
    document.title = `${words.negotiations.title} · ${words.parley}`;
  }, [words]);
  const isUnreachable = problem?.kind === 'unreachable';

  return (
    <>
      <TopBar>
        <ConnectionState connection={connection} />
      </TopBar>
      <main className="negotiations">
        <h1>{words.negotiations.title}</h1>
        {problem && (
          <State
            title={isUnreachable ? words.state.failed : words.state.refused}
            hint={isUnreachable ? words.state.failedHint : problem.message}
          >
            <button type="button" className="primary" onClick={() => setAttempt(attempt + 1)}>
              {words.state.retry}
            </button>
          </State>
        )}
        {!problem && !talks && <p className="reading">{words.state.loading}</p>}
        {talks?.length === 0 && <State title={words.negotiations.empty} hint={words.negotiations.emptyHint} />}
        {talks && talks.length > 0 && (
          <ul>
            {talks.map((one) => (
              <li key={one.id}>
                <TalksView talks={one} />
              </li>
            ))}
          </ul>
        )}
      </main>
    </>
  );
}

function TalksView({ talks }: { talks: Talks }) {
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
          {changed && (
            <span className="faint">{words.negotiations.recorded(dates.ago(changed.recordedAt, Date.now()))}</span>
          )}
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
      <div className="talks-last">
        {last ? (
          <>
            <p className="faint">
              {words.negotiations.lastSaid} <When when={last.said} />
            </p>
            <p>
              <Attribution credit={last} />
            </p>
            <Prose text={last.text} short />
          </>
        ) : (
          <p className="faint">{words.negotiations.nothingSaid}</p>
        )}
      </div>
      <Sparkline statistics={statistics} />
    </article>
  );
}
