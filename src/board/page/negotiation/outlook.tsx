import { useId } from 'react';
import type { Address } from '../address.ts';
import { GoOn } from '../frame/cut.tsx';
import {
  MoreEstimatesDocument,
  MoreOutcomesDocument,
  type OutcomeWholeFragment,
  type StandingFragment,
} from '../generated/operations.ts';
import { useRecord } from '../live/use-board.ts';
import { useMore } from '../live/use-more.ts';
import { Mended } from '../stream/changes.tsx';
import { When } from '../stream/when.tsx';
import { linkTo } from '../use-address.ts';
import { useLanguage } from '../words/language.tsx';
import { holderOf } from './holder.ts';
import { OutlookChart } from './outlook-chart.tsx';

/** How likely it is held to be, by whom, over time: ranges in the words that were used, never one number. */
export function Outlook({ standing, address }: { standing: StandingFragment; address: Address }) {
  const { words } = useLanguage();
  const record = useRecord();
  const { slug } = standing;
  const more = useMore(
    standing.outcomes,
    ({ id }) => id,
    async (after) => (await record.ask(MoreOutcomesDocument, { slug, after })).negotiation?.outcomes,
  );
  if (more.nodes.length === 0) return <p className="empty">{words.board.noOutlook}</p>;
  return (
    <>
      <div ref={more.list}>
        {more.nodes.map((outcome) => (
          <OutcomeView key={outcome.id} outcome={outcome} address={address} />
        ))}
      </div>
      <GoOn more={more} label={words.board.moreOutcomes} />
    </>
  );
}

function OutcomeView({ outcome, address }: { outcome: OutcomeWholeFragment; address: Address }) {
  const { words, dates, figures } = useLanguage();
  const { question, dueBy, resolution, resolvedOn, statement, scores, history } = outcome;
  const record = useRecord();
  const more = useMore(
    outcome.estimates,
    (estimate) => `${estimate.statement.id} ${estimate.words}`,
    async (after) => {
      const { node } = await record.ask(MoreEstimatesDocument, { outcomeId: outcome.id, after });
      return node && 'estimates' in node ? node.estimates : null;
    },
  );
  const estimates = more.nodes;
  const heading = useId();
  const isDrawn = estimates.some(({ low, high }) => low !== null || high !== null);
  return (
    <section className="outcome" aria-labelledby={heading}>
      <header>
        <h3 id={heading}>
          <bdi>{question}</bdi>
        </h3>
        <p>
          <span className="resolution" data-resolution={resolution}>
            {words.enums.resolution[resolution]}
          </span>
          {resolvedOn && <span>{words.board.resolvedOn(dates.day(resolvedOn))}</span>}
          {dueBy && <span>{words.board.dueBy(dates.day(dueBy))}</span>}
          {statement && <a {...linkTo({ ...address, statement: statement.id })}>{words.statement.title}</a>}
        </p>
        <Mended history={history} />
      </header>
      {estimates.length === 0 && <p className="empty">{words.board.noOutlook}</p>}
      {isDrawn && <OutlookChart question={question} estimates={estimates} />}
      {estimates.length > 0 && (
        <table className="estimates">
          <caption className="unseen">
            {more.state === 'none' ? words.board.estimates(estimates.length) : words.state.cut(estimates.length)}
          </caption>
          <thead>
            <tr>
              <th scope="col">{words.board.said}</th>
              <th scope="col">{words.board.estimatesBy}</th>
              <th scope="col">{words.board.words}</th>
              <th scope="col">{words.board.range}</th>
              <th scope="col">{words.board.band}</th>
            </tr>
          </thead>
          <tbody ref={more.list}>
            {estimates.map((estimate) => (
              <tr key={`${estimate.statement.id} ${estimate.words}`}>
                <td>
                  <When when={estimate.statement.said} />
                </td>
                <th scope="row">
                  <a {...linkTo({ ...address, statement: estimate.statement.id })}>
                    <bdi>{holderOf(estimate, words)}</bdi>
                  </a>
                </th>
                <td>
                  <bdi className="own">{estimate.words}</bdi>
                </td>
                <td className="figure">
                  {figures.percent(estimate.low, estimate.high) ?? (
                    <span className="faint">{words.board.noFigure}</span>
                  )}
                </td>
                <td>
                  {estimate.band && words.enums.band[estimate.band]}
                  {estimate.confidence && (
                    <span className="faint">
                      {' '}
                      · {words.board.confidence(words.enums.confidence[estimate.confidence])}
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <GoOn more={more} label={words.board.moreEstimates} />
      {scores.length > 0 && (
        <dl className="scores" title={words.board.brierHint}>
          <dt>{words.board.brier}</dt>
          {scores.map(({ brier, holder, holderDescriptor, estimates: number }) => (
            <dd key={holder?.id ?? holderDescriptor}>
              <bdi>{holder?.name ?? holderDescriptor}</bdi> <b className="figure">{figures.score(brier)}</b>{' '}
              <span className="faint">{words.board.estimates(number)}</span>
            </dd>
          ))}
        </dl>
      )}
    </section>
  );
}
