import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import {
  DraftStatementDocument,
  EditDraftDocument,
  type QuotationType,
  ReportsOfDocument,
  type ReportsOfQuery,
  type SourceKind,
  type SpeechAct,
  type StanceKind,
  type StandingFragment,
} from '../generated/operations.ts';
import { useRecord } from '../live/use-board.ts';
import { useLanguage } from '../words/language.tsx';
import { ActorChoice } from './actor-choice.tsx';
import { Field } from './field.tsx';
import { useDeed } from './use-deed.ts';
import { contentOf, keepWriting, quotationOf, type Writing } from './writing.ts';

interface WritingFormProps {
  readonly standing: StandingFragment;
  readonly begun: Writing;
  /** It was kept as a draft, or given up. */
  readonly end: () => void;
}

/** Writes a statement with its attribution. Ctrl+Enter keeps it as a draft; what is typed is never lost. */
export function WritingForm({ standing, begun, end }: WritingFormProps) {
  const { words } = useLanguage();
  const [writing, setWriting] = useState(begun);
  const { run, isBusy, refused } = useDeed();
  const text = useRef<HTMLTextAreaElement>(null);
  const { slug, id: negotiationId } = standing;
  const problem = (field: string) =>
    refused?.fields.get(field) ?? [...(refused?.fields ?? [])].find(([path]) => path.startsWith(`${field}.`))?.[1];
  const write = (part: Partial<Writing>) => setWriting((before) => ({ ...before, ...part }));
  useEffect(() => keepWriting(slug, writing), [slug, writing]);
  useEffect(() => text.current?.focus(), []);

  const keep = async (event?: FormEvent) => {
    event?.preventDefault();
    if (isBusy) return;
    const content = contentOf(writing);
    const isDone =
      writing.draft === null
        ? await run(DraftStatementDocument, { input: { negotiationId, content } })
        : await run(EditDraftDocument, {
            input: { draftId: writing.draft.id, revision: writing.draft.revision, content },
          });
    if (!isDone) return;
    keepWriting(slug, null);
    end();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void keep();
  };
  const isNamed = writing.sourceKind === 'NAMED_PERSON';

  return (
    <form
      className="writing"
      onSubmit={(event) => void keep(event)}
      onKeyDown={onKeyDown}
      aria-label={words.desk.write}
    >
      {refused && (
        <p className="refusal" role="alert">
          {refused.message}
        </p>
      )}
      <Field label={words.desk.text} problem={problem('text')}>
        {(field) => (
          <textarea
            {...field}
            ref={text}
            rows={4}
            dir="auto"
            value={writing.text}
            onChange={({ target }) => write({ text: target.value })}
          />
        )}
      </Field>
      <div className="fields">
        <Field label={words.desk.sourceKind} problem={problem('source')}>
          {(field) => (
            <select
              {...field}
              value={writing.sourceKind}
              onChange={({ target }) =>
                write({
                  sourceKind: target.value as SourceKind,
                  level: target.value.startsWith('UNNAMED') ? 'BACKGROUND' : writing.level,
                })
              }
            >
              {Object.entries(words.enums.sourceKind).map(([kind, name]) => (
                <option key={kind} value={kind}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
        {isNamed ? (
          <ActorChoice
            label={words.desk.person}
            kind="Person"
            value={writing.person}
            problem={problem('source.personId')}
            choose={(person) => write({ person })}
          />
        ) : (
          <Field label={words.desk.descriptor} problem={problem('source.descriptor')}>
            {(field) => (
              <input
                {...field}
                dir="auto"
                value={writing.descriptor}
                onChange={({ target }) => write({ descriptor: target.value })}
              />
            )}
          </Field>
        )}
        <ActorChoice
          label={words.desk.onBehalfOf}
          kind="Organization"
          value={writing.onBehalfOf}
          problem={problem('source.onBehalfOfId')}
          choose={(onBehalfOf) => write({ onBehalfOf })}
        />
        <Field label={words.stream.level} problem={problem('attributionLevel')}>
          {(field) => (
            <select
              {...field}
              value={writing.level}
              onChange={({ target }) => write({ level: target.value as Writing['level'] })}
            >
              {Object.entries(words.enums.level).map(([level, name]) => (
                <option key={level} value={level}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={words.desk.day} problem={problem('said')}>
          {(field) => (
            <input
              {...field}
              type="date"
              required
              value={writing.day}
              onChange={({ target }) => write({ day: target.value })}
            />
          )}
        </Field>
        <Field label={words.desk.time}>
          {(field) => (
            <input
              {...field}
              type="time"
              value={writing.time}
              onChange={({ target }) => write({ time: target.value })}
            />
          )}
        </Field>
        <Field label={words.desk.phrase}>
          {(field) => (
            <input {...field} value={writing.phrase} onChange={({ target }) => write({ phrase: target.value })} />
          )}
        </Field>
        <Field label={words.stream.words} problem={problem('quotationType')}>
          {(field) => (
            <select
              {...field}
              value={writing.quotationType}
              onChange={({ target }) => write({ quotationType: target.value as QuotationType | '' })}
            >
              <option value="">{words.desk.byItsMarks(words.enums.quotation[quotationOf(writing.text)])}</option>
              {Object.entries(words.enums.quotation).map(([type, name]) => (
                <option key={type} value={type}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <fieldset className="acts" aria-invalid={problem('speechActs') !== undefined}>
        <legend>{words.stream.act}</legend>
        {Object.entries(words.enums.act).map(([act, name]) => (
          <label key={act}>
            <input
              type="checkbox"
              checked={writing.acts.includes(act as SpeechAct)}
              onChange={({ target }) =>
                write({
                  acts: target.checked
                    ? [...writing.acts, act as SpeechAct]
                    : writing.acts.filter((other) => other !== act),
                })
              }
            />
            {name}
          </label>
        ))}
        {problem('speechActs') && <p className="problem">{problem('speechActs')}</p>}
      </fieldset>
      <Stances {...{ standing, writing, write }} problem={problem('stances')} />
      <Carrier {...{ writing, write }} problem={problem('appearances')} />
      <div className="row">
        <button type="submit" className="primary" disabled={isBusy}>
          {words.desk.keep} <kbd>Ctrl ↵</kbd>
        </button>
        <button
          type="button"
          className="quiet"
          onClick={() => {
            keepWriting(slug, null);
            end();
          }}
        >
          {words.desk.giveUp}
        </button>
      </div>
    </form>
  );
}

interface PartProps {
  readonly writing: Writing;
  readonly write: (part: Partial<Writing>) => void;
  readonly problem: string | undefined;
}

function Stances({ standing, writing, write, problem }: PartProps & { standing: StandingFragment }) {
  const { words } = useLanguage();
  const parties = [...new Map(standing.participations.nodes.map(({ actor }) => [actor.id, actor.name]))];
  const terms = standing.terms.nodes;
  const change = (index: number, part: object) =>
    write({ stances: writing.stances.map((stance, other) => (other === index ? { ...stance, ...part } : stance)) });
  return (
    <fieldset className="stance-rows">
      <legend>{words.desk.stances}</legend>
      {writing.stances.map((stance, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place until it is sent
        <div key={index} className="row">
          <select
            aria-label={words.desk.party}
            value={stance.partyId}
            onChange={({ target }) => change(index, { partyId: target.value })}
          >
            {parties.map(([id, name]) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
          <select
            aria-label={words.desk.stance}
            value={stance.kind}
            onChange={({ target }) => change(index, { kind: target.value as StanceKind })}
          >
            {Object.entries(words.enums.stance).map(([kind, name]) => (
              <option key={kind} value={kind}>
                {name}
              </option>
            ))}
          </select>
          <select
            aria-label={words.board.term}
            value={stance.termId}
            onChange={({ target }) => change(index, { termId: target.value })}
          >
            {terms.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </select>
          <button
            type="button"
            className="quiet"
            onClick={() => write({ stances: writing.stances.filter((_, other) => other !== index) })}
          >
            <span aria-hidden="true">×</span>
            <span className="unseen">{words.desk.removeStance}</span>
          </button>
        </div>
      ))}
      <button
        type="button"
        className="quiet"
        disabled={parties.length === 0 || terms.length === 0}
        onClick={() =>
          write({
            stances: [
              ...writing.stances,
              { partyId: parties[0]?.[0] ?? '', termId: terms[0]?.id ?? '', kind: 'DEMANDS' },
            ],
          })
        }
      >
        + {words.desk.addStance}
      </button>
      {problem && <p className="problem">{problem}</p>}
    </fieldset>
  );
}

type Report = Extract<NonNullable<ReportsOfQuery['node']>, { reports: unknown }>['reports']['nodes'][number];

/** The report that carries it: of an outlet that is looked up, one of those on record. */
function Carrier({ writing, write, problem }: PartProps) {
  const { words, dates } = useLanguage();
  const record = useRecord();
  const [reports, setReports] = useState<readonly Report[]>([]);
  const outletId = writing.outlet?.id;
  useEffect(() => {
    setReports([]);
    if (outletId === undefined) return;
    let isLeft = false;
    record.ask(ReportsOfDocument, { outletId }).then(
      ({ node }) => {
        if (!isLeft && node && 'reports' in node) setReports(node.reports.nodes);
      },
      () => {},
    );
    return () => {
      isLeft = true;
    };
  }, [record, outletId]);
  return (
    <fieldset className="fields">
      <legend>{words.statement.carriedBy}</legend>
      <ActorChoice
        label={words.stream.outlet}
        kind="Organization"
        value={writing.outlet}
        problem={undefined}
        choose={(outlet) => write({ outlet, report: '' })}
      />
      <Field label={words.desk.report} problem={problem}>
        {(field) => (
          <select {...field} value={writing.report} onChange={({ target }) => write({ report: target.value })}>
            <option value="">–</option>
            {writing.report !== '' && !reports.some(({ id }) => id === writing.report) && (
              <option value={writing.report}>{words.desk.theSameReport}</option>
            )}
            {reports.map(({ id, headline, published }) => (
              <option key={id} value={id}>
                {headline ?? words.enums.report.ARTICLE} {published ? dates.partial(published) : ''}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={words.statement.words}>
        {(field) => (
          <input
            {...field}
            dir="auto"
            value={writing.exact}
            onChange={({ target }) => write({ exact: target.value })}
          />
        )}
      </Field>
    </fieldset>
  );
}
