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
  const [said, say] = useState('');
  const told = useRef(0);

  useEffect(() => {
    if (news.length < told.current) told.current = news.length;
    if (news.length === told.current) return;
    const timer = setTimeout(() => {
      const untold = news.slice(told.current);
      const [only] = untold;
      told.current = news.length;
      if (only === undefined) return;
      say(
        untold.length === 1
          ? words.stream.announced(creditLine(only, words), only.text.slice(0, WORDS_MOST))
          : words.stream.announcedMany(untold.length),
      );
    }, GATHER_MS);
    return () => clearTimeout(timer);
  }, [news, words]);

  return (
    <p className="unseen" role="status" aria-live="polite">
      {said}
    </p>
  );
}
