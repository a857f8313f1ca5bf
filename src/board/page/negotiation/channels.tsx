import type { Address } from '../address.ts';
import { Cut } from '../frame/cut.tsx';
import type { StandingFragment } from '../generated/operations.ts';
import { Attribution } from '../stream/attribution.tsx';
import { When } from '../stream/when.tsx';
import { linkTo } from '../use-address.ts';
import { useLanguage } from '../words/language.tsx';

type Channel = StandingFragment['channels']['nodes'][number];
type Leg = Channel['legs'][number];

/** The routes between the parties, with how long a message takes on each leg. */
export function Channels({ standing, address }: { standing: StandingFragment; address: Address }) {
  const { words } = useLanguage();
  const channels = standing.channels.nodes;
  if (channels.length === 0) return <p className="empty">{words.board.noChannels}</p>;
  return (
    <>
      {channels.map((channel) => (
        <ChannelView key={channel.id} channel={channel} address={address} />
      ))}
      <Cut shown={channels.length} isCut={standing.channels.pageInfo.hasNextPage} />
    </>
  );
}

function ChannelView({ channel: { title, legs, transitClaims }, address }: { channel: Channel; address: Address }) {
  const { words, figures } = useLanguage();
  return (
    <article className="channel">
      <h3>
        <bdi>{title}</bdi>
      </h3>
      <ol className="legs">
        {legs.map((leg) => (
          <li key={leg.number}>
            <bdi className="hop">{leg.from.name}</bdi>
            <LegView leg={leg} />
            <bdi className="hop">{leg.to.name}</bdi>
          </li>
        ))}
      </ol>
      {transitClaims.nodes.length > 0 && (
        <ul className="claims" aria-label={words.board.saidOfIt}>
          {transitClaims.nodes.map(({ words: said, leg: number, low, high, statement }) => {
            const leg = legs.find((one) => one.number === number);
            return (
              <li key={`${statement.id} ${said}`}>
                <bdi className="own">{said}</bdi>
                <b className="figure">{figures.lags(low, high)}</b>
                {leg && <span>{words.board.leg(leg.from.name, leg.to.name)}</span>}
                <a {...linkTo({ ...address, statement: statement.id })}>
                  <Attribution credit={statement} />
                </a>
                <When when={statement.said} />
              </li>
            );
          })}
        </ul>
      )}
      <Cut shown={transitClaims.nodes.length} isCut={transitClaims.pageInfo.hasNextPage} />
    </article>
  );
}

function LegView({ leg: { transit } }: { leg: Leg }) {
  const { words, figures } = useLanguage();
  const { count, medianLow, medianHigh, longest, unanswered } = transit;
  const median = figures.lags(medianLow, medianHigh);
  return (
    <span className="leg">
      <b>{median === null ? '–' : words.board.median(median)}</b>
      <span className="faint">
        {count === 0 ? words.board.untimed : words.board.messages(count)}
        {longest && count > 1 && ` · ${words.board.longest(figures.lag(longest))}`}
        {unanswered > 0 && ` · ${words.board.unanswered(unanswered)}`}
      </span>
    </span>
  );
}
