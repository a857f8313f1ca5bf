import { type ReactNode, useId } from 'react';
import type { StandingFragment } from '../generated/operations.ts';
import { useWords } from '../words/language.tsx';
import type { Problems } from './refusal.ts';
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
  const terms = new Map(standing.terms.nodes.map(({ id, title }) => [id, title]));
  const events = new Map(standing.events.nodes.map(({ id, title }) => [id, title]));
  const outcomes = new Map(standing.outcomes.nodes.map(({ id, question }) => [id, question]));
  const groups = new Map(standing.heldGroups.nodes.map(({ id, descriptor }) => [id, descriptor]));
  const [party, term, event, outcome, group] = [parties, terms, events, outcomes, groups].map(firstOf);
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
              of={groups}
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

interface RowsProps<Row> {
  /** The field of the API that they are in. */
  readonly of: string;
  readonly title: string;
  readonly add: string;
  readonly rows: readonly Row[];
  /** A new row; null where the record has nothing that it could be about. */
  readonly blank: Row | null;
  readonly write: (rows: readonly Row[]) => void;
  readonly problems: Problems;
  readonly children: (
    row: Row,
    put: <Field extends keyof Row>(field: Field) => (value: Row[Field] | undefined) => void,
    at: (field: string) => AboutField,
  ) => ReactNode;
}

interface AboutField {
  readonly 'aria-invalid': boolean;
  readonly 'aria-describedby': string | undefined;
}

/** Claims of one kind, a row each, and beneath each what the API found wrong with it. */
function Rows<Row extends object>({ of, title, add, rows, blank, write, problems, children }: RowsProps<Row>) {
  const words = useWords();
  const id = useId();
  if (rows.length === 0 && blank === null) return null;
  return (
    <fieldset className="claim-rows">
      <legend>{title}</legend>
      {rows.map((row, index) => {
        const path = `${of}.${index}`;
        const found = problems.within(path);
        const describedBy = found.length === 0 ? undefined : `${id}-${index}`;
        const put =
          <Field extends keyof Row>(field: Field) =>
          (value: Row[Field] | undefined) => {
            const { [field]: _, ...rest } = row;
            write(rows.with(index, (value === undefined ? rest : { ...row, [field]: value }) as Row));
          };
        const at = (field: string): AboutField => {
          const isAbout = found.some((problem) => problem.path === path || problem.path === `${path}.${field}`);
          return { 'aria-invalid': isAbout, 'aria-describedby': isAbout ? describedBy : undefined };
        };
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place until it is sent
          <div key={index} className="claim-row">
            <div className="row">
              {children(row, put, at)}
              <button type="button" className="quiet" onClick={() => write(rows.toSpliced(index, 1))}>
                <span aria-hidden="true">×</span>
                <span className="unseen">{words.desk.remove(title)}</span>
              </button>
            </div>
            {found.length > 0 && (
              <p className="problem" id={describedBy}>
                {found.map(({ message }) => message).join(' ')}
              </p>
            )}
          </div>
        );
      })}
      {blank !== null && (
        <button type="button" className="quiet" onClick={() => write([...rows, blank])}>
          + {add}
        </button>
      )}
    </fieldset>
  );
}

interface InputProps<Value> extends AboutField {
  readonly label: string;
  readonly value: Value;
}

interface ChoiceProps<Value extends string> extends InputProps<Value> {
  readonly of: ReadonlyMap<Value, string> | Readonly<Record<Value, string>>;
  readonly put: (value: Value) => void;
}

function Choice<Value extends string>({ label, value, of, put, ...about }: ChoiceProps<Value>) {
  const choices = [...(of instanceof Map ? of : Object.entries<string>(of as Record<Value, string>))];
  return (
    <select {...about} aria-label={label} value={value} onChange={({ target }) => put(target.value as Value)}>
      {/* What the record has more of than the board shows. */}
      {!choices.some(([one]) => one === value) && <option value={value}>…</option>}
      {choices.map(([one, name]) => (
        <option key={one} value={one}>
          {name}
        </option>
      ))}
    </select>
  );
}

function Words({ label, value, put, ...about }: InputProps<string> & { put: (value: string) => void }) {
  return (
    <input
      {...about}
      className="claim-words"
      aria-label={label}
      placeholder={label}
      dir="auto"
      value={value}
      onChange={({ target }) => put(target.value)}
    />
  );
}

interface FigureProps extends InputProps<number | null | undefined> {
  readonly put: (value: number | undefined) => void;
}

function Figure({ label, value, put, ...about }: FigureProps) {
  return (
    <input
      {...about}
      className="claim-figure"
      type="number"
      min={0}
      step="any"
      aria-label={label}
      placeholder={label}
      value={value ?? ''}
      onChange={({ target }) => put(target.value === '' ? undefined : Number(target.value))}
    />
  );
}
