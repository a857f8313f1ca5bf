import { useEffect, useState } from 'react';
import { useLanguage } from '../words/language.tsx';

/** How long an embargo still holds, to the second, and until when. */
export function Countdown({ until }: { until: string }) {
  const { words, dates, figures } = useLanguage();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.round((Date.parse(until) - now) / 1_000));
  return (
    <span className="countdown">
      <time dateTime={until}>{words.desk.embargoedUntil(dates.instant(until))}</time>{' '}
      <b className="figure" role="timer">
        {figures.lag(`PT${seconds}S`)}
      </b>
    </span>
  );
}
