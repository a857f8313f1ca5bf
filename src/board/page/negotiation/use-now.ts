import { useEffect, useState } from 'react';

const MINUTE_MS = 60_000;

/** The time, as of the last minute, for what is said to be so long ago. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), MINUTE_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
