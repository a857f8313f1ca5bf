import type { StandingFragment } from '../generated/operations.ts';
import { useWords } from '../words/language.tsx';
import { ActorChoice } from './actor-choice.tsx';
import type { Problems } from './refusal.ts';
import { Choice, Rows, Words } from './rows.tsx';
import type { Link, Writing } from './writing.ts';

interface RelaysProps {
  readonly standing: StandingFragment;
  readonly writing: Writing;
  readonly write: (part: Partial<Writing>) => void;
  readonly problems: Problems;
}

const LINK: Link = { kind: 'RELAYED_BY', actor: null, descriptor: '' };

/** The way by which it came, where it was not simply told to who reports it: from its origin to the reader. */
export function Relays({ standing, writing, write, problems }: RelaysProps) {
  const { desk, statement, enums } = useWords();
  return (
    <Rows
      of="relays"
      title={statement.chain}
      add={desk.addRelay}
      rows={writing.relays}
      blank={LINK}
      write={(relays) => write({ relays })}
      problems={problems}
    >
      {(link, put, at) => (
        <>
          <Choice {...at('kind')} label={desk.relayed} value={link.kind} of={enums.relay} put={put('kind')} />
          <ActorChoice
            standing={standing}
            label={desk.relayer}
            kind={null}
            value={link.actor}
            problem={undefined}
            about={at('actorId')}
            choose={put('actor')}
          />
          <Words {...at('descriptor')} label={desk.relayerDescribed} value={link.descriptor} put={put('descriptor')} />
        </>
      )}
    </Rows>
  );
}
