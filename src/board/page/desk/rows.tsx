import { type ReactNode, useId } from 'react';
import { useWords } from '../words/language.tsx';
import type { Problems } from './refusal.ts';

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

export interface AboutField {
  readonly 'aria-invalid': boolean;
  readonly 'aria-describedby': string | undefined;
}

/** Claims of one kind, a row each, and beneath each what the API found wrong with it. */
export function Rows<Row extends object>({ of, title, add, rows, blank, write, problems, children }: RowsProps<Row>) {
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

export function Choice<Value extends string>({ label, value, of, put, ...about }: ChoiceProps<Value>) {
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

export function Words({ label, value, put, ...about }: InputProps<string> & { put: (value: string) => void }) {
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

export function Figure({ label, value, put, ...about }: FigureProps) {
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
