import { useCallback } from 'react';
import { type Address, asOf } from '../address.ts';
import { CopyButton } from '../frame/copy-button.tsx';
import { Panel } from '../frame/panel.tsx';
import { State } from '../frame/state.tsx';
import { Unanswered } from '../frame/unanswered.tsx';
import { type StandingFragment, StatementDocument } from '../generated/operations.ts';
import { useQuestion } from '../live/use-question.ts';
import { useRenewed } from '../live/use-renewed.ts';
import { useWords } from '../words/language.tsx';
import { StatementWhole } from './statement-whole.tsx';

interface StatementPanelProps {
  readonly id: string;
  readonly head: string | null;
  readonly standing: StandingFragment;
  readonly address: Address;
  readonly change: (part: Partial<Address>, replace?: boolean) => void;
}

/** One statement, with all that is on record about it. */
export function StatementPanel({ id, head, standing, address, change }: StatementPanelProps) {
  const words = useWords();
  const { data, problem, ask } = useQuestion({
    query: StatementDocument,
    variables: { id, asOf: asOf(address.at) as never },
  });
  useRenewed(ask, head);
  const close = useCallback(() => change({ statement: null }), [change]);
  const statement = data?.statement ?? null;
  return (
    <Panel
      title={words.statement.title}
      of={id}
      close={close}
      actions={<CopyButton address={{ ...address, statement: id }} label={words.statement.copy} />}
    >
      {statement ? (
        <StatementWhole {...{ statement, standing, address }} />
      ) : problem?.isPassing ? (
        <Unanswered problem={problem} retry={ask} />
      ) : problem || data ? (
        <State title={words.statement.missing} hint={words.statement.missingHint} />
      ) : (
        <p className="reading">{words.state.loading}</p>
      )}
    </Panel>
  );
}
