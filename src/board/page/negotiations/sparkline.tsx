import type { NegotiationsQuery } from '../generated/operations.ts';
import { useLanguage } from '../words/language.tsx';

type Statistics = NegotiationsQuery['negotiations']['nodes'][number]['statistics'];

const BARS = 48;
const HEIGHT = 28;
const WIDTH = BARS * 4;
const DAY_MS = 86_400_000;

/** How much was said from the first day to the last, in as many bars as there are days, or several days a bar. */
export function Sparkline({ statistics: { from, to, statements, days } }: { statistics: Statistics }) {
  const { words, dates, direction } = useLanguage();
  if (statements === 0) return null;
  const first = Date.parse(from);
  const length = Math.round((Date.parse(to) - first) / DAY_MS) + 1;
  const bars = Array<number>(Math.min(BARS, length)).fill(0);
  for (const { day, count } of days) {
    const index = Math.floor((((Date.parse(day) - first) / DAY_MS) * bars.length) / length);
    bars[index] = (bars[index] ?? 0) + count;
  }
  const most = Math.max(...bars);
  // A few days do not fill the line, nor does it go on where nothing was.
  const width = WIDTH / Math.max(bars.length, 12);
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={words.negotiations.activity(statements, dates.day(from), dates.day(to))}
    >
      {bars.map((count, index) => (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
          key={index}
          x={(direction === 'rtl' ? WIDTH - (index + 1) * width : index * width) + 0.5}
          width={width - 1}
          y={HEIGHT - Math.max(count === 0 ? 1 : 3, (count / most) * HEIGHT)}
          height={Math.max(count === 0 ? 1 : 3, (count / most) * HEIGHT)}
          data-empty={count === 0}
        />
      ))}
    </svg>
  );
}
