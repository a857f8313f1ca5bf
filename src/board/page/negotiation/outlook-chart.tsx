import { scaleLinear, scaleUtc } from 'd3-scale';
import type { Band, EstimateMarkFragment } from '../generated/operations.ts';
import { useLanguage } from '../words/language.tsx';
import { holderOf } from './holder.ts';
import { useWidth } from './use-width.ts';

/** The bands of ICD 203, in percent. What lies between two belongs to none. */
const BANDS: readonly (readonly [Band, number, number])[] = [
  ['ALMOST_CERTAIN', 95, 99],
  ['VERY_LIKELY', 80, 95],
  ['LIKELY', 55, 80],
  ['ROUGHLY_EVEN', 45, 55],
  ['UNLIKELY', 20, 45],
  ['VERY_UNLIKELY', 5, 20],
  ['ALMOST_NO_CHANCE', 1, 5],
];
const HEIGHT = 224;
const TOP = 8;
const BOTTOM = 24;
const LABELS = 124;
const AXIS = 40;
const DAY_MS = 86_400_000;

interface ChartProps {
  readonly question: string;
  readonly estimates: readonly EstimateMarkFragment[];
}

/**
 * Estimates over time before the bands of ICD 203: each a bar from its low to its high end. It runs the way the
 * language is written. All of it stands in the table below, so it is a picture to screen readers.
 */
export function OutlookChart({ question, estimates }: ChartProps) {
  const { words, dates, figures, direction } = useLanguage();
  const [frame, width] = useWidth<HTMLDivElement>();
  const marks = estimates.flatMap((estimate) => {
    const { low, high } = estimate;
    if (low === null && high === null) return [];
    const { earliest, latest } = estimate.statement.said;
    return [{ estimate, low: low ?? 0, high: high ?? 100, time: (Date.parse(earliest) + Date.parse(latest)) / 2 }];
  });
  const times = marks.map(({ time }) => time);
  const pad = Math.max(DAY_MS, (Math.max(...times) - Math.min(...times)) * 0.06);
  const isMirrored = direction === 'rtl';
  const [start, end] = [AXIS, Math.max(AXIS + 1, width - LABELS)];
  const along = scaleUtc(
    [Math.min(...times) - pad, Math.max(...times) + pad],
    isMirrored ? [width - start, width - end] : [start, end],
  );
  const up = scaleLinear([0, 100], [HEIGHT - BOTTOM, TOP]);
  const [left, right] = isMirrored ? [width - end, width - start] : [start, end];
  // Within a day or two there are several ticks a day.
  const ticks = along.ticks(Math.max(2, Math.floor((right - left) / 110)));
  const days = [...new Map(ticks.map((tick) => [dates.short(tick.toISOString()), tick] as const))];
  const labelled = BANDS.filter(([, low, high]) => up(low) - up(high) >= 11);

  return (
    <div ref={frame} className="chart" style={{ blockSize: HEIGHT }}>
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={words.board.chart(question)}>
          {BANDS.map(([band, low, high], index) => (
            <rect
              key={band}
              className="band"
              data-shade={index % 2}
              x={left}
              width={right - left}
              y={up(high)}
              height={up(low) - up(high)}
            />
          ))}
          {labelled.map(([band, low, high]) => (
            <text
              key={band}
              className="band-label"
              x={isMirrored ? left - 6 : right + 6}
              y={up((low + high) / 2)}
              dominantBaseline="central"
            >
              {words.enums.band[band]}
            </text>
          ))}
          {[0, 50, 100].map((percent) => (
            <text
              key={percent}
              className="axis-label"
              x={isMirrored ? right + 6 : left - 6}
              y={up(percent)}
              textAnchor="end"
              dominantBaseline="central"
            >
              {figures.percent(percent, percent)}
            </text>
          ))}
          {days.map(([day, tick]) => (
            <g key={day} className="tick">
              <line x1={along(tick)} x2={along(tick)} y1={HEIGHT - BOTTOM} y2={HEIGHT - BOTTOM + 4} />
              <text x={along(tick)} y={HEIGHT - 6} textAnchor="middle">
                {day}
              </text>
            </g>
          ))}
          {marks.map(({ estimate, low, high, time }) => (
            <g
              key={`${estimate.statement.id} ${estimate.words}`}
              className="mark"
              transform={`translate(${along(time)} 0)`}
            >
              <title>{`${holderOf(estimate, words)}: “${estimate.words}” (${figures.percent(estimate.low, estimate.high)})`}</title>
              <line y1={up(low)} y2={up(high)} />
              <circle cy={up(low)} r={low === high ? 4.5 : 3} />
              {low !== high && <circle cy={up(high)} r={3} />}
            </g>
          ))}
        </svg>
      )}
    </div>
  );
}
