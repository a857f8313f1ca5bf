import { useCallback } from 'react';
import { type Address, asOf, type LineOf } from '../address.ts';
import { CopyButton } from '../frame/copy-button.tsx';
import { GoOn } from '../frame/cut.tsx';
import { Panel } from '../frame/panel.tsx';
import { State } from '../frame/state.tsx';
import { Unanswered } from '../frame/unanswered.tsx';
import { LineDocument, type LineQuery } from '../generated/operations.ts';
import { useRecord } from '../live/use-board.ts';
import { useMore } from '../live/use-more.ts';
import { useQuestion } from '../live/use-question.ts';
import { useRenewed } from '../live/use-renewed.ts';
import { Attribution } from '../stream/attribution.tsx';
import { StanceMark } from '../stream/stance-mark.tsx';
import { When } from '../stream/when.tsx';
import { Wording } from '../stream/wording.tsx';
import { linkTo } from '../use-address.ts';
import { useWords } from '../words/language.tsx';

interface LinePanelProps {
  readonly line: LineOf;
  readonly slug: string;
  readonly head: string | null;
  readonly address: Address;
  readonly change: (part: Partial<Address>, replace?: boolean) => void;
}

/** A party's line on a term: every stance that it took, the latest first. */
export function LinePanel({ line, slug, head, address, change }: LinePanelProps) {
  const words = useWords();
  const { data, problem, ask } = useQuestion({
    query: LineDocument,
    variables: { slug, ...line, asOf: asOf(address.at) as never },
  });
  useRenewed(ask, head);
  const close = useCallback(() => change({ line: null }), [change]);
  const term = data?.negotiation?.term ?? null;
  const party = term?.stances.nodes[0]?.party.name;
  return (
    <Panel
      title={term && party ? words.board.lineOf(party, term.title) : words.board.line}
      of={`${line.termId} ${line.partyId}`}
      close={close}
      actions={<CopyButton address={{ ...address, line, statement: null }} label={words.statement.copy} />}
    >
      {term && party ? (
        <Stances key={JSON.stringify([line, address.at])} stances={term.stances} {...{ line, slug, address }} />
      ) : problem?.isPassing ? (
        <Unanswered problem={problem} retry={ask} />
      ) : problem || (data && !term) ? (
        <State title={words.board.noLine} hint={words.statement.missingHint} />
      ) : data ? (
        <State title={words.board.silent} />
      ) : (
        <p className="reading">{words.board.lineLoading}</p>
      )}
    </Panel>
  );
}

type Stances = NonNullable<NonNullable<LineQuery['negotiation']>['term']>['stances'];

function Stances({
  stances,
  line,
  slug,
  address,
}: Pick<LinePanelProps, 'line' | 'slug' | 'address'> & { stances: Stances }) {
  const words = useWords();
  const record = useRecord();
  const more = useMore(
    stances,
    ({ statement }) => statement.id,
    async (after) => (await record.ask(LineDocument, { slug, ...line, after })).negotiation?.term?.stances,
  );
  return (
    <>
      <ol className="line" ref={more.list}>
        {more.nodes.map(({ kind, note, said, statement }) => (
          <li key={statement.id} data-stance={kind}>
            <p className="kind">
              <StanceMark kind={kind} />
              <b>{words.enums.stance[kind]}</b> <When when={said} />
            </p>
            {note && <p dir="auto">{note}</p>}
            <a {...linkTo({ ...address, statement: statement.id })}>
              <Attribution credit={statement} />
            </a>
            <Wording statement={statement} />
          </li>
        ))}
      </ol>
      <GoOn more={more} label={words.board.earlierStances} />
    </>
  );
}
