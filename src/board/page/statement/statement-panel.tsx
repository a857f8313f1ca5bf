import { useCallback, useEffect, useRef } from 'react';
import { useQuery } from 'urql';
import { type Address, asOf } from '../address.ts';
import { CopyButton } from '../frame/copy-button.tsx';
import { Panel } from '../frame/panel.tsx';
import { State } from '../frame/state.tsx';
import { type StandingFragment, StatementDocument } from '../generated/operations.ts';
import { problemOf } from '../live/record.ts';
import { useWords } from '../words/language.tsx';
import { StatementWhole } from './statement-whole.tsx';

interface StatementPanelProps {
  readonly id: string;
  /** The revision in the stream: a correction that comes in is read at once. */
  readonly revision: number | undefined;
  readonly standing: StandingFragment;
  readonly address: Address;
  readonly change: (part: Partial<Address>, replace?: boolean) => void;
}

/** One statement, with all that is on record about it. */
export function StatementPanel({ id, revision, standing, address, change }: StatementPanelProps) {
  const words = useWords();
  const [{ data, fetching, error }, ask] = useQuery({
    query: StatementDocument,
    variables: { id, asOf: asOf(address.at) as never },
  });
  const read = useRef(revision);
  useEffect(() => {
    if (read.current === revision) return;
    read.current = revision;
    ask({ requestPolicy: 'network-only' });
  }, [revision, ask]);
  const close = useCallback(() => change({ statement: null }), [change]);
  const statement = data?.statement ?? null;
  const isBadId = error !== undefined && problemOf(error).kind !== 'unreachable';
  return (
    <Panel
      title={words.statement.title}
      of={id}
      close={close}
      actions={<CopyButton address={{ ...address, statement: id }} label={words.statement.copy} />}
    >
      {statement ? (
        <StatementWhole {...{ statement, standing, address }} />
      ) : error && !isBadId ? (
        <State title={words.state.failed} hint={words.state.failedHint} />
      ) : fetching ? (
        <p className="reading">{words.state.loading}</p>
      ) : (
        <State title={words.statement.missing} hint={words.statement.missingHint} />
      )}
    </Panel>
  );
}
