import { useEffect, useRef, useState } from 'react';
import { type Address, asOf } from '../address.ts';
import { MomentsDocument, type MomentsQuery, type StandingFragment } from '../generated/operations.ts';
import { useQuestion } from '../live/use-question.ts';
import { useLanguage } from '../words/language.tsx';

type Moment = NonNullable<MomentsQuery['negotiation']>['moments'][number];

interface ScrubberProps {
  readonly slug: string;
  readonly address: Address;
  /** The cursor of what is shown live, which says when there are new moments. */
  readonly head: string | null;
  /** What is shown, for where a moment lies that is not on the line itself. */
  readonly shown: StandingFragment;
  /** Whether something that was opened lies over it. */
  readonly isCovered: boolean;
  readonly change: (part: Partial<Address>, replace?: boolean) => void;
}

/** The moments of the record on a line: anywhere on it, the whole board is shown as it stood right then. */
export function Scrubber({ slug, address, head, shown, isCovered, change }: ScrubberProps) {
  const { words, dates } = useLanguage();
  const slider = useRef<HTMLInputElement>(null);
  const moments = useMoments(slug, address.at === null ? head : null);
  const { at } = address;
  const [lastChange] = shown.lastChange.nodes;
  // The line has few moments of many changes, and what is shown may lie between two of them.
  const isBetween =
    at !== null && !!moments && !moments.some(({ cursor }) => cursor === at || cursor === lastChange?.cursor);
  const between = useLastMoment(slug, isBetween ? at : null);
  if (moments === null || moments.length < 2) return <div className="scrubber" />;

  const last = moments.length - 1;
  const place = at === null ? last : placeOf(moments, at, lastChange, between);
  const moment = isBetween ? (between ?? { recordedAt: lastChange?.recordedAt, changes: null }) : moments[place];
  if (!moment?.recordedAt) return <div className="scrubber" />;
  const isPast = at !== null;
  const total = Math.max(moments[last]?.changes ?? 0, moment.changes ?? 0);
  const when = dates.instant(moment.recordedAt);
  const label = isPast ? words.moment.asOf(when) : words.moment.now;
  const step = moment.changes === null ? null : words.moment.step(moment.changes, total);
  const before = isBetween ? place : place - 1;

  // From now into the past and back are steps of the browser's history; what lies between is one of them.
  const go = (index: number) => {
    const next = moments[Math.min(last, Math.max(0, index))];
    if (next) change({ at: index >= last ? null : next.cursor }, isPast && index < last);
  };

  return (
    <div className="scrubber" data-past={isPast} inert={isCovered}>
      <button type="button" className="quiet step" aria-disabled={before < 0} onClick={() => go(before)}>
        <span aria-hidden="true" className="arrow-back" />
        <span className="unseen">{words.moment.earlier}</span>
      </button>
      <input
        ref={slider}
        type="range"
        min={0}
        max={last}
        value={place}
        aria-label={words.moment.title}
        aria-valuetext={step === null ? label : `${label}, ${step}`}
        onChange={({ target }) => go(Number(target.value))}
      />
      <button type="button" className="quiet step" aria-disabled={!isPast} onClick={() => go(place + 1)}>
        <span aria-hidden="true" className="arrow-on" />
        <span className="unseen">{words.moment.later}</span>
      </button>
      <p className="moment">
        <b>{label}</b> <span className="faint">{step}</span>
      </p>
      {isPast && (
        <button
          type="button"
          className="primary"
          onClick={() => {
            change({ at: null });
            slider.current?.focus();
          }}
        >
          {words.moment.back}
        </button>
      )}
    </div>
  );
}

/** The moments there are; read again when the record went on, though not with each change. */
function useMoments(slug: string, head: string | null): readonly Moment[] | null {
  const { data, ask } = useQuestion({ query: MomentsDocument, variables: { slug } });
  const [readAt, setReadAt] = useState(head);
  useEffect(() => {
    if (head === null || head === readAt) return;
    const timer = setTimeout(() => {
      setReadAt(head);
      if (readAt !== null) ask();
    }, 1_000);
    return () => clearTimeout(timer);
  }, [head, readAt, ask]);
  return data?.negotiation?.moments ?? null;
}

/** The last change that there was at a moment; null until it is known, and of none. */
function useLastMoment(slug: string, at: string | null): Moment | null {
  const variables = { slug, most: 2, asOf: asOf(at) as never };
  const { known } = useQuestion({ query: MomentsDocument, variables, pause: at === null });
  return known?.negotiation?.moments.at(-1) ?? null;
}

/**
 * Where on the line a moment of an address lies: at its own, or at the last one before what is shown was recorded.
 * @param between what is shown, where it is known to lie between two moments
 */
function placeOf(
  moments: readonly Moment[],
  at: string,
  shown: { readonly cursor: string; readonly recordedAt: string } | undefined,
  between: Moment | null,
): number {
  for (const exact of [at, shown?.cursor]) {
    const place = moments.findIndex(({ cursor }) => cursor === exact);
    if (place !== -1) return place;
  }
  const instant = Date.parse(shown?.recordedAt ?? at);
  const before = moments.findLastIndex(({ changes, recordedAt }) =>
    between ? changes < between.changes : Date.parse(recordedAt) <= instant,
  );
  return before === -1 ? 0 : before;
}
