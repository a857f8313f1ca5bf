import type { Band, Confidence, ImpactEffect } from '../generated/operations.ts';
import { useLanguage } from '../words/language.tsx';

type Maybe<Value> = Value | null | undefined;

/** What a statement says beside the stances, whether it is published or a draft. */
export interface Claimed {
  readonly impacts: readonly {
    readonly effect: ImpactEffect;
    readonly note?: Maybe<string>;
    readonly event: { readonly id: string; readonly title: string };
  }[];
  readonly estimates: readonly {
    readonly words: string;
    readonly low?: Maybe<number>;
    readonly high?: Maybe<number>;
    readonly band?: Maybe<Band>;
    readonly confidence?: Maybe<Confidence>;
    /** Who holds it, where that is not the source. */
    readonly heldBy?: Maybe<string>;
    readonly outcome: { readonly id: string; readonly question: string };
  }[];
  readonly countClaims: readonly {
    readonly low?: Maybe<number>;
    readonly high?: Maybe<number>;
    readonly words?: Maybe<string>;
    readonly heldGroup: { readonly id: string; readonly descriptor: string };
  }[];
  readonly transitClaims: readonly {
    readonly words: string;
    /** On which leg, and how long. */
    readonly lag?: Maybe<string>;
    readonly channel: { readonly id: string; readonly title: string };
  }[];
}

/** What is claimed of events, outcomes, held groups and channels, each an item of a list. */
export function ClaimItems({ impacts, estimates, countClaims, transitClaims }: Claimed) {
  const { words, figures } = useLanguage();
  return (
    <>
      {impacts.map(({ effect, event, note }) => (
        <li key={event.id}>
          <bdi>{event.title}</bdi> <b>{words.enums.effect[effect]}</b>
          {note && <bdi className="note">: {note}</bdi>}
        </li>
      ))}
      {estimates.map(({ outcome, words: said, low, high, band, confidence, heldBy }) => (
        <li key={`${outcome.id} ${said} ${heldBy}`}>
          <bdi>{outcome.question}</bdi> <bdi className="own">{said}</bdi>{' '}
          <b className="figure">{figures.percent(low ?? null, high ?? null)}</b> {band && words.enums.band[band]}
          {confidence && <span> · {words.board.confidence(words.enums.confidence[confidence])}</span>}
          {heldBy && (
            <span>
              {' '}
              · {words.board.estimatesBy}: <bdi>{heldBy}</bdi>
            </span>
          )}
        </li>
      ))}
      {countClaims.map(({ heldGroup, low, high, words: said }) => (
        <li key={heldGroup.id}>
          <bdi className="own">{heldGroup.descriptor}</bdi>{' '}
          <b className="figure">{figures.count(low ?? null, high ?? null)}</b>{' '}
          {said && <bdi className="own">{said}</bdi>}
        </li>
      ))}
      {transitClaims.map(({ channel, words: said, lag }) => (
        <li key={`${channel.id} ${said} ${lag}`}>
          <bdi>{channel.title}</bdi> <bdi className="own">{said}</bdi>
          {lag && <b className="figure"> {lag}</b>}
        </li>
      ))}
    </>
  );
}
