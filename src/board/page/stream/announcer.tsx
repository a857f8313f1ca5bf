import { useEffect, useRef, useState } from 'react';
import type { Board } from '../live/board.ts';
import { useWords } from '../words/language.tsx';
import { creditLine } from './attribution.tsx';

/** So long what comes is gathered, so that a screen reader is not talked over. */
const GATHER_MS = 1_000;
const WORDS_MOST = 160;

/** Tells screen readers, when they next have a moment, what was published. */
export function Announcer({ news }: Pick<Board, 'news'>) {
  const words = useWords();
  const [said, say] = useState({ text: '', time: 0 });
  const latest = useRef({ news, words });
  const told = useRef(0);
  const timer = useRef<number | undefined>(undefined);

  useEffect(() => {
    latest.current = { news, words };
    if (news.length < told.current) told.current = news.length;
    // One that restarted with each arrival would never end while more comes.
    if (news.length === told.current || timer.current !== undefined) return;
    timer.current = window.setTimeout(() => {
      timer.current = undefined;
      const { news, words } = latest.current;
      const untold = news.slice(told.current);
      const [only] = untold;
      told.current = news.length;
      if (only === undefined) return;
      const text =
        untold.length === 1
          ? words.stream.announced(creditLine(only, words), only.text.slice(0, WORDS_MOST))
          : words.stream.announcedMany(untold.length);
      say(({ time }) => ({ text, time: time + 1 }));
    }, GATHER_MS);
  }, [news, words]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );

  return (
    <div className="unseen" role="status" aria-live="polite">
      {/* The same words again are told again only by another element. */}
      <p key={said.time}>{said.text}</p>
    </div>
  );
}
