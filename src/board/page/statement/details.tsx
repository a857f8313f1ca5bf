import type { ReactNode } from 'react';
import type { Address } from '../address.ts';
import type { StatementQuery } from '../generated/operations.ts';
import { When } from '../stream/when.tsx';
import { linkTo } from '../use-address.ts';
import { useWords } from '../words/language.tsx';

type Whole = NonNullable<StatementQuery['statement']>;
type Carried = Whole['appearances'][number];

export function Detail({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="detail">
      <h3>{title}</h3>
      <div>{children}</div>
    </section>
  );
}

/** Where a statement was carried. */
export interface Appearance extends Pick<Carried, 'medium' | 'exact' | 'prefix' | 'suffix'> {
  readonly report: Pick<Carried['report'], 'id' | 'headline' | 'url' | 'outlet'> &
    // Of a draft's that was not read yet, or is named by an id of the desk's own, nothing else is known.
    Partial<Pick<Carried['report'], 'kind' | 'published' | 'bylines'>>;
  readonly republishedFrom: { readonly outlet: { readonly name: string } } | null;
}

interface AppearancesProps {
  readonly appearances: readonly Appearance[];
  /** Where an outlet leads to all that it carried; null leads nowhere. */
  readonly address: Address | null;
}

export function Appearances({ appearances, address }: AppearancesProps) {
  const words = useWords();
  return (
    <ul className="appearances">
      {appearances.map(({ report, medium, exact, prefix, suffix, republishedFrom }) => (
        <li key={report.id}>
          <p>
            {address ? (
              <a {...linkTo({ ...address, statement: null, filter: { outlet: report.outlet.id } })}>
                <bdi>{medium ?? report.outlet.name}</bdi>
              </a>
            ) : (
              <bdi>{medium ?? report.outlet.name}</bdi>
            )}
            {report.headline && (
              <>
                {' · '}
                {report.url ? (
                  <a href={report.url} rel="noreferrer external">
                    <bdi>{report.headline}</bdi>
                  </a>
                ) : (
                  <bdi>{report.headline}</bdi>
                )}
              </>
            )}
            {report.kind && <span className="faint"> {words.enums.report[report.kind]}</span>}
            {report.published && (
              <>
                {' · '}
                <When when={report.published} />
              </>
            )}
          </p>
          {report.bylines && report.bylines.length > 0 && (
            <p className="faint">
              {report.bylines.map(({ name }) => (
                <bdi key={name}>{name} </bdi>
              ))}
            </p>
          )}
          {exact && (
            <blockquote className="own" dir="auto">
              <span className="faint">{prefix}</span>
              {exact}
              <span className="faint">{suffix}</span>
            </blockquote>
          )}
          {republishedFrom && <p className="faint">{words.statement.republished(republishedFrom.outlet.name)}</p>}
        </li>
      ))}
    </ul>
  );
}

interface TranslationsProps {
  readonly translations: readonly (Pick<Whole['translations'][number], 'language' | 'text' | 'by'> & {
    readonly translator?: string | null | undefined;
  })[];
}

export function Translations({ translations }: TranslationsProps) {
  const words = useWords();
  return translations.map(({ language, text, by, translator }) => (
    <Detail key={`${language} ${text}`} title={words.statement.translations}>
      <p className="own" lang={language} dir="auto">
        {text}
      </p>
      <span className="faint">
        {words.statement.translatedBy[by]} {translator && <bdi>({translator})</bdi>}
      </span>
    </Detail>
  ));
}

interface GradingProps {
  readonly grading: {
    readonly reliability?: string | null | undefined;
    readonly credibility?: number | null | undefined;
  };
}

/** How the desk grades the source, and what it says. */
export function Grading({ grading: { reliability, credibility } }: GradingProps) {
  const words = useWords();
  if (!reliability && !credibility) return null;
  return (
    <Detail title={words.statement.grading}>
      {reliability && <span>{words.statement.source(reliability)}</span>}
      {credibility && <span>{words.statement.information(credibility)}</span>}
    </Detail>
  );
}
