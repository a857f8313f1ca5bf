import { createContext, useContext, useEffect, useRef, useState } from 'react';
import { type Board, NOTHING_READ, type OpenBoard, openBoard, type Read } from './board.ts';
import type { RecordClient } from './record.ts';

export const RecordContext = createContext<RecordClient | null>(null);

export function useRecord(): RecordClient {
  const record = useContext(RecordContext);
  if (record === null) throw new Error('outside of the page');
  return record;
}

/** While a slider moves, what it passes by is not read. */
const PASSING_MS = 60;

/** The board of an address. What was shown before stays until the next is read. */
export function useBoard({ slug, at, filter, order }: Read): {
  board: Board;
  readOlder: () => void;
  retry: () => void;
} {
  const record = useRecord();
  const [board, setBoard] = useState(NOTHING_READ);
  const shown = useRef<{ slug: string; board: Board } | null>(null);
  const open = useRef<OpenBoard | null>(null);
  const narrowing = JSON.stringify(filter);

  useEffect(() => {
    const before = shown.current?.slug === slug ? shown.current.board : NOTHING_READ;
    const begin = () => {
      const opened = openBoard(record, { slug, at, filter: JSON.parse(narrowing), order }, before);
      open.current = opened;
      const show = () => {
        shown.current = { slug, board: opened.now() };
        setBoard(opened.now());
      };
      opened.listen(show);
      show();
    };
    const timer = before === NOTHING_READ || at === null ? null : setTimeout(begin, PASSING_MS);
    if (timer === null) begin();
    return () => {
      if (timer !== null) clearTimeout(timer);
      open.current?.close();
      open.current = null;
    };
  }, [record, slug, at, narrowing, order]);

  const act = useRef({
    readOlder: () => open.current?.readOlder(),
    retry: () => open.current?.retry(),
  });
  return { board, ...act.current };
}
