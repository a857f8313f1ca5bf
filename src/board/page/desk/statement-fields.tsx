import type { Ref } from 'react';
import type {
  DateBasis,
  Precision,
  QuotationType,
  SourceKind,
  SpeechAct,
  StandingFragment,
} from '../generated/operations.ts';
import { useLanguage } from '../words/language.tsx';
import { ActorChoice } from './actor-choice.tsx';
import { Carrier } from './carrier.tsx';
import { Claims } from './claims.tsx';
import { Field } from './field.tsx';
import { LANGUAGES, languageOf } from './languages.ts';
import type { Problems } from './refusal.ts';
import { Relays } from './relays.tsx';
import { keepLanguage, languageIn, quotationOf, type Writing } from './writing.ts';

interface StatementFieldsProps {
  readonly standing: StandingFragment;
  readonly writing: Writing;
  readonly write: (part: Partial<Writing>) => void;
  readonly problems: Problems;
  readonly first?: Ref<HTMLTextAreaElement>;
}

/** The fields of the API that are written here, and so say themselves what is wrong with them. */
export const SHOWN = [
  'text',
  'source',
  'attributionLevel',
  'said',
  'quotationType',
  'language',
  'speechActs',
  'stances',
  'impacts',
  'estimates',
  'countClaims',
  'relays',
  'appearances',
];
/** A day and a time say by themselves that it is known to the day or the minute. */
const LESS: readonly Precision[] = ['YEAR', 'MONTH', 'HOUR'];

/** All that a statement says and how it is credited, for writing one and for correcting one. */
export function StatementFields({ standing, writing, write, problems, first }: StatementFieldsProps) {
  const { words, code } = useLanguage();
  const languageName = new Intl.DisplayNames(code, { type: 'language' });
  const { language } = writing;
  const isNamed = writing.sourceKind === 'NAMED_PERSON';
  // What is wrong with a part of the source that has a field stands there.
  const parts = [isNamed ? 'source.personId' : 'source.descriptor', 'source.onBehalfOfId'];
  const sourceProblem = problems.within('source').find(({ path }) => !parts.includes(path))?.message;
  return (
    <>
      <Field label={words.desk.text} problem={problems.at('text')}>
        {(field) => (
          <textarea
            {...field}
            ref={first}
            rows={4}
            dir="auto"
            lang={languageIn(writing)}
            value={writing.text}
            onChange={({ target }) => write({ text: target.value })}
          />
        )}
      </Field>
      <div className="fields">
        <Field label={words.desk.sourceKind} problem={sourceProblem}>
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
            standing={standing}
            label={words.desk.person}
            kind="Person"
            value={writing.person}
            problem={problems.at('source.personId')}
            choose={(person) => write({ person })}
          />
        ) : (
          <Field label={words.desk.descriptor} problem={problems.at('source.descriptor')}>
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
          standing={standing}
          label={words.desk.onBehalfOf}
          kind="Organization"
          value={writing.onBehalfOf}
          problem={problems.at('source.onBehalfOfId')}
          choose={(onBehalfOf) => write({ onBehalfOf })}
        />
        <Field label={words.stream.level} problem={problems.at('attributionLevel')}>
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
        <label className="check">
          <input
            type="checkbox"
            checked={writing.inferred}
            onChange={({ target }) => write({ inferred: target.checked })}
          />
          {words.statement.inferred}
        </label>
        <Field label={words.desk.day} problem={problems.at('said')}>
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
        <Field label={words.desk.precision}>
          {(field) => (
            <select
              {...field}
              value={writing.precision}
              onChange={({ target }) => write({ precision: target.value as Precision | '' })}
            >
              <option value="">{words.desk.asItStands}</option>
              {LESS.map((precision) => (
                <option key={precision} value={precision}>
                  {words.enums.precision[precision]}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={words.desk.basis}>
          {(field) => (
            <select
              {...field}
              value={writing.basis}
              onChange={({ target }) => write({ basis: target.value as DateBasis })}
            >
              {Object.entries(words.enums.basis).map(([basis, name]) => (
                <option key={basis} value={basis}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={words.desk.phrase}>
          {(field) => (
            <input
              {...field}
              dir="auto"
              value={writing.phrase}
              onChange={({ target }) => write({ phrase: target.value })}
            />
          )}
        </Field>
        <Field label={words.stream.words} problem={problems.at('quotationType')}>
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
        <Field label={words.desk.language} problem={problems.at('language')}>
          {(field) => (
            <select
              {...field}
              value={language}
              onChange={({ target }) => {
                if (target.value !== '') keepLanguage(target.value);
                write({ language: target.value });
              }}
            >
              <option value="">
                {words.desk.byItsScript(String(languageName.of(languageOf(writing.text, writing.usual))))}
              </option>
              {[...LANGUAGES, ...(language === '' || LANGUAGES.includes(language) ? [] : [language])].map((one) => (
                <option key={one} value={one}>
                  {languageName.of(one)}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <fieldset className="acts" aria-invalid={problems.at('speechActs') !== undefined}>
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
        {problems.at('speechActs') && <p className="problem">{problems.at('speechActs')}</p>}
      </fieldset>
      <Claims {...{ standing, writing, write, problems }} />
      <Relays {...{ standing, writing, write, problems }} />
      <Carrier {...{ standing, writing, write, problems }} />
    </>
  );
}
