import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import type { Address } from '../address.ts';
import type { Board } from '../live/board.ts';
import { useWords } from '../words/language.tsx';
import { StatementLine } from './statement-line.tsx';
import { useSteps } from './use-steps.ts';

interface StreamProps {
  readonly board: Board;
  readonly address: Address;
  /** Statements that are marked, for having come or changed since some moment. */
  readonly marked: ReadonlySet<string>;
  readonly readOlder: () => void;
}

/** Closer to the top than this, a reader is taken to be watching what comes. */
const AT_TOP_PX = 8;
/** So many statements before the end, the next page is read. */
const AHEAD = 12;

/** The statements, newest first; only those near what is seen are in the page, and what is read never moves. */
export function Stream({ board, address, marked, readOlder }: StreamProps) {
  const words = useWords();
  const { statements, news, older } = board;
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const { place, isAtTop, onScroll, toTop } = usePlace(scroller, list, statements);
  const held = useSteps(scroller, list, statements);
  const isNew = useMemo(() => new Set(news.map(({ id }) => id)), [news]);
  // What was said before others stands among them, and not at the top.
  const onTop = statements.findIndex(({ id }) => !isNew.has(id));
  const unseen = useUnseen(onTop === -1 ? statements.length : onTop, isAtTop);

  const watch = useCallback(() => {
    onScroll();
    const handle = list.current;
    if (handle === null || older !== 'some') return;
    if (handle.findItemIndex(handle.scrollOffset + handle.viewportSize) >= statements.length - AHEAD) readOlder();
  }, [onScroll, older, statements.length, readOlder]);
  // A tall screen may hold the whole first page.
  useEffect(watch, [watch]);

  return (
    <>
      {unseen > 0 && (
        <button type="button" className="newest" onClick={toTop}>
          {words.stream.newest(unseen)} <span aria-hidden="true">↑</span>
        </button>
      )}
      <section
        ref={scroller}
        className="stream-scroll"
        id="stream"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
        tabIndex={0}
        aria-label={words.stream.title}
      >
        <Virtualizer
          ref={list}
          data={statements}
          keepMounted={held}
          shift={place.isPrepended}
          onScroll={watch}
          bufferSize={400}
          itemSize={150}
        >
          {(statement) => (
            <StatementLine
              key={statement.id}
              statement={statement}
              address={address}
              isNew={isNew.has(statement.id) || marked.has(statement.id)}
            />
          )}
        </Virtualizer>
        {statements.length > 0 && (
          <p className="stream-end">{older === 'none' ? words.stream.start : words.stream.more}</p>
        )}
      </section>
    </>
  );
}

/**
 * Keeps what is read where it is. What is put on top moves nothing unless the reader is at the top and busy with
 * nothing there; what is put in between, above what is seen, is scrolled away.
 */
function usePlace(
  scroller: React.RefObject<HTMLDivElement | null>,
  list: React.RefObject<VirtualizerHandle | null>,
  statements: Board['statements'],
) {
  const [isAtTop, setAtTop] = useState(true);
  const seen = useRef<{ first: string | undefined; anchor: string | undefined; index: number; below: number }>({
    first: undefined,
    anchor: undefined,
    index: -1,
    below: 0,
  });
  const first = statements[0]?.id;
  const { first: before } = seen.current;
  const isPrepended = before !== undefined && first !== before && statements.findIndex(({ id }) => id === before) > 0;

  const onScroll = useCallback(() => {
    const handle = list.current;
    if (handle === null) return;
    setAtTop(handle.scrollOffset < AT_TOP_PX);
    const index = handle.findItemIndex(handle.scrollOffset);
    seen.current.anchor = statements[index]?.id;
    seen.current.index = index;
    seen.current.below = handle.getItemOffset(index) - handle.scrollOffset;
  }, [list, statements]);

  useLayoutEffect(() => {
    const handle = list.current;
    const { anchor, index: was, below } = seen.current;
    seen.current.first = first;
    if (handle === null) return;
    if (isAtTop && !isBusy(scroller.current)) {
      if (isPrepended) handle.scrollTo(0);
      return;
    }
    if (isPrepended || anchor === undefined) return;
    const index = statements.findIndex(({ id }) => id === anchor);
    // With nothing put in above, nothing has moved; where it was seen may be older than a scroll that has just begun.
    if (index === -1 || index === was) return;
    const offset = handle.getItemOffset(index) - below;
    if (Math.abs(offset - handle.scrollOffset) > 1) handle.scrollTo(offset);
  }, [statements, first, isPrepended, isAtTop, list, scroller]);

  const toTop = useCallback(() => {
    list.current?.scrollTo(0);
    scroller.current?.focus({ preventScroll: true });
  }, [list, scroller]);

  return { place: { isPrepended }, isAtTop, onScroll, toTop };
}

/** Whether a reader is at something in the list: has the focus in it, or has selected words of it. */
function isBusy(scroller: HTMLElement | null): boolean {
  if (scroller === null) return false;
  const selection = document.getSelection();
  const isSelecting = selection !== null && !selection.isCollapsed && scroller.contains(selection.anchorNode);
  return isSelecting || (scroller.contains(document.activeElement) && document.activeElement !== scroller);
}

/** How many came on top since the reader was last there. */
function useUnseen(news: number, isAtTop: boolean): number {
  const [seen, setSeen] = useState(0);
  useEffect(() => {
    // A board that is read anew begins with no news.
    if (isAtTop || news < seen) setSeen(news);
  }, [news, seen, isAtTop]);
  return Math.max(0, news - seen);
}
