import type { StandingFragment } from '../generated/operations.ts';
import { useWords } from '../words/language.tsx';
import type { Problems } from './refusal.ts';
import { Choice, Figure, Rows, Words } from './rows.tsx';
import { useClaimable } from './use-claimable.ts';
import type { Writing } from './writing.ts';

interface ClaimsProps {
  readonly standing: StandingFragment;
  readonly writing: Writing;
  readonly write: (part: Partial<Writing>) => void;
  readonly problems: Problems;
}

/** What the statement says of the record's terms, events, outcomes and held groups. */
export function Claims({ standing, writing, write, problems }: ClaimsProps) {
  const words = useWords();
  const { board, desk, enums } = words;
  const parties = new Map(standing.participations.nodes.map(({ actor }) => [actor.id, actor.name]));
  const { terms, events, outcomes, heldGroups } = useClaimable(standing);
  const [party, term, event, outcome, group] = [parties, terms, events, outcomes, heldGroups].map(firstOf);
  return (
    <>
      <Rows
        of="stances"
        title={desk.stances}
        add={desk.addStance}
        rows={writing.stances}
        blank={party && term ? { partyId: party, termId: term, kind: 'DEMANDS' } : null}
        write={(stances) => write({ stances })}
        problems={problems}
      >
        {(stance, put, at) => (
          <>
            <Choice {...at('partyId')} label={desk.party} value={stance.partyId} of={parties} put={put('partyId')} />
            <Choice {...at('kind')} label={desk.stance} value={stance.kind} of={enums.stance} put={put('kind')} />
            <Choice {...at('termId')} label={board.term} value={stance.termId} of={terms} put={put('termId')} />
            <Words
              {...at('note')}
              label={desk.narrowedBy}
              value={stance.note ?? ''}
              put={(note) => put('note')(note || undefined)}
            />
          </>
        )}
      </Rows>
      <Rows
        of="impacts"
        title={desk.impacts}
        add={desk.addImpact}
        rows={writing.impacts}
        blank={event ? { eventId: event, effect: 'HELPS' } : null}
        write={(impacts) => write({ impacts })}
        problems={problems}
      >
        {(impact, put, at) => (
          <>
            <Choice
              {...at('eventId')}
              label={enums.kind.EVENT}
              value={impact.eventId}
              of={events}
              put={put('eventId')}
            />
            <Choice {...at('effect')} label={desk.effect} value={impact.effect} of={enums.effect} put={put('effect')} />
            <Words
              {...at('note')}
              label={desk.how}
              value={impact.note ?? ''}
              put={(note) => put('note')(note || undefined)}
            />
          </>
        )}
      </Rows>
      <Rows
        of="estimates"
        title={desk.estimates}
        add={desk.addEstimate}
        rows={writing.estimates}
        blank={outcome ? { outcomeId: outcome, words: '', scheme: 'WORDS' } : null}
        write={(estimates) => write({ estimates })}
        problems={problems}
      >
        {(estimate, put, at) => (
          <>
            <Choice
              {...at('outcomeId')}
              label={enums.kind.OUTCOME}
              value={estimate.outcomeId}
              of={outcomes}
              put={put('outcomeId')}
            />
            <Words {...at('words')} label={desk.itsWords} value={estimate.words} put={put('words')} />
            <Choice
              {...at('scheme')}
              label={desk.scheme}
              value={estimate.scheme}
              of={enums.scheme}
              put={put('scheme')}
            />
            <Figure {...at('low')} label={desk.low} value={estimate.low} put={put('low')} />
            <Figure {...at('high')} label={desk.high} value={estimate.high} put={put('high')} />
          </>
        )}
      </Rows>
      <Rows
        of="countClaims"
        title={desk.counts}
        add={desk.addCount}
        rows={writing.countClaims}
        blank={group ? { heldGroupId: group } : null}
        write={(countClaims) => write({ countClaims })}
        problems={problems}
      >
        {(count, put, at) => (
          <>
            <Choice
              {...at('heldGroupId')}
              label={enums.kind.HELD_GROUP}
              value={count.heldGroupId}
              of={heldGroups}
              put={put('heldGroupId')}
            />
            <Figure {...at('low')} label={desk.low} value={count.low} put={put('low')} />
            <Figure {...at('high')} label={desk.high} value={count.high} put={put('high')} />
            <Words
              {...at('words')}
              label={desk.itsWords}
              value={count.words ?? ''}
              put={(said) => put('words')(said || undefined)}
            />
          </>
        )}
      </Rows>
    </>
  );
}

function firstOf(choices: ReadonlyMap<string, string>): string | undefined {
  return choices.keys().next().value;
}
