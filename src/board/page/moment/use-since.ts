import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { asOf } from '../address.ts';
import {
  type ChangeLineFragment,
  ChangesSinceDocument,
  PositionsAtTwoMomentsDocument,
  type StandingFragment,
} from '../generated/operations.ts';
import type { ReadProblem } from '../live/record.ts';
import { useRecord } from '../live/use-board.ts';
import { type More, type Page, useMore } from '../live/use-more.ts';
import { useQuestion } from '../live/use-question.ts';
import { recall, remember } from '../memory.ts';
import { type Earlier, earlierOf } from '../negotiation/earlier.ts';

/** When a reader last looked at a negotiation, and how far the record was then. */
export interface Look {
  readonly cursor: string;
  readonly at: string;
}

const NAME = (slug: string) => `looked:${slug}`;

/** Who puts the page away for less than this has not stopped looking. */
const AWAY_MS = 60_000;

/**
 * The last look before this one, and how to end it. Each look is remembered when the page is left or put away; one that
 * is put away for a while is looked at anew when it is taken out again.
 */
export function useLastLook(slug: string, head: string | null) {
  const [last, setLast] = useState<Look | null>(() => lookAt(slug));
  const [isAway, setAway] = useState(false);
  // What is said of an earlier look is not taken away from who may not have read it.
  const isShown = useRef(false);
  // Nor is an earlier look forgotten while nobody could be told what came after it.
  const isUntold = useRef(false);
  // In the past, how far it was before that.
  const now = useRef(head);
  if (head !== null) now.current = head;

  useEffect(() => {
    const keep = (): Look | null => {
      if (now.current === null || isUntold.current) return null;
      const look = { cursor: now.current, at: new Date().toISOString() };
      remember(NAME(slug), JSON.stringify(look));
      return look;
    };
    const keepSeen = () => {
      // What came while it was put away was not looked at.
      if (document.visibilityState === 'visible') keep();
    };
    let left: Look | null = null;
    const onVisibility = () => {
      const isHidden = document.visibilityState === 'hidden';
      setAway(isHidden);
      if (isHidden) {
        left = keep();
        if (left !== null && !isShown.current) setLast(left);
      } else if (left !== null && Date.now() - Date.parse(left.at) < AWAY_MS) {
        const short = left;
        setLast((last) => (last === short ? null : last));
      }
    };
    document.addEventListener('visibilitychange', onVisibility);
    window.addEventListener('pagehide', keepSeen);
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      window.removeEventListener('pagehide', keepSeen);
      keepSeen();
    };
  }, [slug]);
  const forget = useCallback(() => setLast(null), []);
  return { last, isAway, isShown, isUntold, forget };
}

function lookAt(slug: string): Look | null {
  try {
    const { cursor, at } = JSON.parse(recall(NAME(slug)) ?? 'null') ?? {};
    return typeof cursor === 'string' && typeof at === 'string' ? { cursor, at } : null;
  } catch {
    return null;
  }
}

/** What changed after a cursor, the latest first: a hundred changes, and as many more each time that they are asked for. */
export interface Changed {
  readonly changes: More<ChangeLineFragment>;
  readonly statements: ReadonlySet<string>;
  readonly earlier: Earlier | null;
}

const NONE: Page<ChangeLineFragment> = { nodes: [], pageInfo: { endCursor: null, hasNextPage: false } };

/**
 * Asked once: what is published while somebody looks on is no news to them. While nobody does it is asked again as it
 * comes, so that it is there, and moves nothing, when they are back.
 * @param since null where nothing is to be compared
 * @param at the moment up to which it is; null for now
 */
export function useChanged(
  standing: StandingFragment | null,
  since: string | null,
  at: string | null,
  isAway: boolean,
): { changed: Changed | null; problem: ReadProblem | null; isAsking: boolean; ask: () => void } {
  const record = useRecord();
  const pause = standing === null || since === null;
  const of = { slug: standing?.slug ?? '', since: since ?? '', asOf: asOf(at) as never };
  const { known, problem, ask } = useQuestion({ query: ChangesSinceDocument, variables: of, pause });
  const first = known?.negotiation?.timeline ?? NONE;
  const changes = useMore(
    first,
    ({ cursor }) => cursor,
    async (after) => (await record.ask(ChangesSinceDocument, { ...of, after })).negotiation?.timeline,
  );
  const { known: positions } = useQuestion({
    query: PositionsAtTwoMomentsDocument,
    variables: { slug: of.slug, earlier: { cursor: of.since } },
    pause: pause || first.nodes.length === 0,
  });
  const wasAway = useRef(false);
  const head = isAway ? standing?.cursor : null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: that the record moved on is what it is asked again for
  useEffect(() => {
    if (pause || !(isAway || wasAway.current)) return;
    wasAway.current = isAway;
    ask();
  }, [pause, isAway, head, ask]);
  const { nodes } = changes;
  const statements = useMemo(
    () => new Set(nodes.flatMap(({ kind, subject }) => (kind === 'STATEMENT' && subject ? [subject.id] : []))),
    [nodes],
  );
  const earlier = useMemo(() => (positions?.then ? earlierOf(positions.then) : null), [positions]);
  const changed = !pause && known !== undefined ? { changes, statements, earlier } : null;
  const isUnknown = !pause && changed === null;
  return { changed, problem: isUnknown ? problem : null, isAsking: isUnknown && !problem, ask };
}
