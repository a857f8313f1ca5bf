import { type ReactNode, useId } from 'react';
import type { Address } from '../address.ts';
import type { StandingFragment } from '../generated/operations.ts';
import { useWords } from '../words/language.tsx';
import { Channels } from './channels.tsx';
import type { Earlier } from './earlier.ts';
import { Events } from './events.tsx';
import { HeldGroups } from './held-groups.tsx';
import { Matrix } from './matrix.tsx';
import { Outlook } from './outlook.tsx';
import { Proposals } from './proposals.tsx';

interface StandingProps {
  readonly standing: StandingFragment;
  readonly address: Address;
  readonly now: number;
  readonly earlier: Earlier | null;
}

/** Where everything stands, what matters most first. */
export function Standing({ standing, address, now, earlier }: StandingProps) {
  const words = useWords();
  const part = { standing, address };
  return (
    <div className="standing">
      <Part title={words.board.matrix} hint={words.board.matrixHint} isWide>
        <Matrix {...part} now={now} earlier={earlier} />
      </Part>
      <Part title={words.board.outlook} isBroad>
        <Outlook {...part} />
      </Part>
      <Part title={words.board.events}>
        <Events {...part} />
      </Part>
      {standing.proposals.nodes.length > 0 && (
        <Part title={words.board.proposals}>
          <Proposals {...part} />
        </Part>
      )}
      <Part title={words.board.channels}>
        <Channels {...part} />
      </Part>
      <Part title={words.board.heldGroups}>
        <HeldGroups {...part} />
      </Part>
    </div>
  );
}

interface PartProps {
  readonly title: string;
  readonly hint?: string;
  readonly isWide?: boolean;
  /** On paper, across both columns. */
  readonly isBroad?: boolean;
  readonly children: ReactNode;
}

function Part({ title, hint, isWide = false, isBroad = isWide, children }: PartProps) {
  const heading = useId();
  return (
    <section className="part" data-wide={isWide} data-broad={isBroad} aria-labelledby={heading}>
      <h2 id={heading} title={hint}>
        {title}
      </h2>
      {children}
    </section>
  );
}
