import type { Address } from '../address.ts';
import { GoOn } from '../frame/cut.tsx';
import { State } from '../frame/state.tsx';
import { Unanswered } from '../frame/unanswered.tsx';
import type { ChangeLineFragment } from '../generated/operations.ts';
import type { ReadProblem } from '../live/record.ts';
import { linkTo } from '../use-address.ts';
import type { Catalogue } from '../words/en.ts';
import { useLanguage, useWords } from '../words/language.tsx';
import type { Changed, Look } from './use-since.ts';

interface SinceProps {
  readonly changed: Changed;
  /** The look that it is reckoned from; null when the address names the moment. */
  readonly look: Look | null;
  readonly address: Address;
  readonly change: (part: Partial<Address>, replace?: boolean) => void;
  readonly forget: () => void;
}

/** What changed since the reader last looked, or since the moment that the address names. */
export function Since({ changed, look, address, change, forget }: SinceProps) {
  const { words, dates, figures } = useLanguage();
  const { nodes: changes, state, list } = changed.changes;
  const isMarked = address.since !== null;
  if (changes.length === 0 && !isMarked) return null;
  const text = words.moment.since;
  const of = (wanted: (line: ChangeLineFragment) => boolean) => changes.filter(wanted).length;
  const counts = [
    [of(({ action }) => action === 'PUBLISHED'), text.statements],
    [of(({ action }) => action === 'CORRECTED'), text.corrections],
    [of(({ action }) => action === 'WITHDRAWN' || action === 'EXPUNGED'), text.withdrawals],
    [of(({ action }) => action === 'RECORDED' || action === 'CHANGED'), text.others],
  ] as const;
  const summary =
    state !== 'none'
      ? text.more(changes.length)
      : changes.length === 0
        ? text.none
        : figures.list(counts.filter(([n]) => n > 0).map(([n, words]) => words(n)));

  return (
    <section className="since" aria-label={text.changes}>
      <p>
        <b>{look === null ? text.changes : text.title(dates.ago(look.at, Date.now()))}</b> {summary}
      </p>
      <p className="actions">
        {isMarked ? (
          <button
            type="button"
            className="quiet"
            onClick={() => {
              forget();
              change({ since: null });
            }}
          >
            {text.hide}
          </button>
        ) : (
          <>
            <button type="button" className="primary" onClick={() => change({ since: look?.cursor ?? null })}>
              {text.show}
            </button>
            <button type="button" className="quiet" onClick={forget}>
              {text.dismiss}
            </button>
          </>
        )}
      </p>
      {isMarked && (
        <ol className="changes" ref={list}>
          {changes.map((line) => (
            <li key={line.cursor}>
              <time dateTime={line.recordedAt}>{dates.minute(line.recordedAt)}</time>
              <span className="faint">
                {words.enums.kind[line.kind]} {words.enums.change[line.action]}
              </span>
              <span>
                {line.subject?.__typename === 'Statement' ? (
                  <a {...linkTo({ ...address, statement: line.subject.id })}>
                    <bdi>{subjectOf(line, words)}</bdi>
                  </a>
                ) : (
                  <bdi>{subjectOf(line, words)}</bdi>
                )}
                {line.note && (
                  <>
                    {' · '}
                    <bdi className="note">{line.note}</bdi>
                  </>
                )}
              </span>
              <a className="then" {...linkTo({ ...address, since: null, statement: null, at: line.cursor })}>
                {words.statement.asOfThen}
              </a>
            </li>
          ))}
        </ol>
      )}
      {isMarked && <GoOn more={changed.changes} label={text.earlier} />}
    </section>
  );
}

interface UntoldProps extends Pick<SinceProps, 'address' | 'change'> {
  readonly problem: ReadProblem;
  readonly retry: () => void;
}

/** Why it is not known what changed, and what can be done. A look at another record is one at none. */
export function Untold({ problem, retry, address, change }: UntoldProps) {
  const { state, moment } = useWords();
  if (problem.kind !== 'moment') return <Unanswered problem={problem} retry={retry} />;
  if (address.since === null) return null;
  return (
    <State title={state.badMoment} hint={state.badMomentHint}>
      <button type="button" className="primary" onClick={() => change({ since: null })}>
        {moment.since.hide}
      </button>
    </State>
  );
}

function subjectOf({ subject }: ChangeLineFragment, { enums }: Catalogue): string {
  if (subject === null) return '';
  if ('text' in subject) return subject.text.slice(0, 160);
  if ('title' in subject) return subject.title;
  if ('question' in subject) return subject.question;
  if ('descriptor' in subject) return subject.descriptor;
  if ('subject' in subject) return subject.subject;
  if ('proposal' in subject) return subject.proposal.title;
  if ('actor' in subject) return subject.actor.name;
  // What they are called stands above.
  if ('status' in subject) return enums.status[subject.status];
  if ('name' in subject) return subject.name;
  return ('headline' in subject && subject.headline) || '';
}
