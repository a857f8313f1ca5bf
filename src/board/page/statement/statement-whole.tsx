import { lazy, type ReactNode } from 'react';
import { type Address, boardOf } from '../address.ts';
import { useSession } from '../desk/session.tsx';
import { Cut } from '../frame/cut.tsx';
import { Part } from '../frame/part.tsx';
import type { StandingFragment, StatementQuery } from '../generated/operations.ts';
import { Attribution, Chain, Level } from '../stream/attribution.tsx';
import { Marked } from '../stream/changes.tsx';
import { Prose } from '../stream/prose.tsx';
import { StanceMark } from '../stream/stance-mark.tsx';
import { When } from '../stream/when.tsx';
import { linkTo } from '../use-address.ts';
import { useLanguage } from '../words/language.tsx';
import { Corrected } from './corrected.tsx';

type Whole = NonNullable<StatementQuery['statement']>;

const Correction = lazy(async () => ({ default: (await import('../desk/correction.tsx')).Correction }));

interface WholeProps {
  readonly statement: Whole;
  readonly address: Address;
}

/** All of a statement: its words, its attribution, its way to the record, what it claims, and its history. */
export function StatementWhole({ statement, standing, address }: WholeProps & { standing: StandingFragment }) {
  const { words } = useLanguage();
  const { may } = useSession();
  const { source, relays, appearances } = statement;
  return (
    <article className="whole" data-state={statement.state}>
      {statement.negotiation.slug !== address.slug && (
        <p className="elsewhere">
          {words.statement.elsewhere}{' '}
          <a {...linkTo({ ...boardOf(statement.negotiation.slug), statement: statement.id })}>
            <bdi>{statement.negotiation.title}</bdi>
          </a>
        </p>
      )}
      <p className="who">
        <Attribution credit={statement} />
      </p>
      {statement.state === 'EXPUNGED' ? (
        <p className="prose gone">{words.statement.expungedText}</p>
      ) : (
        <Prose text={statement.text} language={statement.language} quotation={statement.quotationType} />
      )}
      <Marked statement={statement} />
      {may('EDITOR', statement.negotiation.slug) && (
        <Part>
          <Correction statement={statement} standing={standing} />
        </Part>
      )}
      <p className="facts">
        <Level credit={statement} />
        <span>{words.enums.quotation[statement.quotationType]}</span>
        {statement.speechActs.map((act) => (
          <span key={act}>{words.enums.act[act]}</span>
        ))}
        {statement.viewOf && <span>{words.statement.viewOf(statement.viewOf.name)}</span>}
        {statement.addressedTo && <span>{words.statement.to(statement.addressedTo.name)}</span>}
        {source.person && (
          <a {...linkTo({ ...address, statement: null, filter: { speaker: source.person.id } })}>
            {words.stream.speaker}: <bdi>{source.person.name}</bdi>
          </a>
        )}
      </p>
      <Detail title={words.statement.saidWhen}>
        <When when={statement.said} />
        {statement.said.phrase && (
          <span>
            <bdi className="own">“{statement.said.phrase}”</bdi> <span className="faint">{words.statement.phrase}</span>
          </span>
        )}
      </Detail>
      <Detail title={words.statement.chain}>
        {relays.length > 0 ? <Chain relays={relays} /> : <span>{words.statement.direct}</span>}
        <span className="faint">{words.statement.chains(statement.independentChains)}</span>
      </Detail>
      {appearances.length > 0 && (
        <Detail title={words.statement.carriedBy}>
          <Appearances statement={statement} address={address} />
        </Detail>
      )}
      {statement.translations.map(({ language, text, by, translator }) => (
        <Detail key={`${language} ${text}`} title={words.statement.translations}>
          <p className="own" lang={language} dir="auto">
            {text}
          </p>
          <span className="faint">
            {words.statement.translatedBy[by]} {translator && <bdi>({translator})</bdi>}
          </span>
        </Detail>
      ))}
      <Claims statement={statement} address={address} />
      {(statement.reliability || statement.credibility) && (
        <Detail title={words.statement.grading}>
          {statement.reliability && <span>{words.statement.source(statement.reliability)}</span>}
          {statement.credibility && <span>{words.statement.information(statement.credibility)}</span>}
        </Detail>
      )}
      <Relations statement={statement} address={address} />
      <Detail title={words.statement.history}>
        <History statement={statement} address={address} />
        <Cut shown={statement.versions.nodes.length} isCut={statement.versions.pageInfo.hasNextPage} />
      </Detail>
    </article>
  );
}

function Detail({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="detail">
      <h3>{title}</h3>
      <div>{children}</div>
    </section>
  );
}

function Appearances({ statement: { appearances }, address }: WholeProps) {
  const { words } = useLanguage();
  return (
    <ul className="appearances">
      {appearances.map(({ report, medium, exact, prefix, suffix, republishedFrom }) => (
        <li key={report.id}>
          <p>
            <a {...linkTo({ ...address, statement: null, filter: { outlet: report.outlet.id } })}>
              <bdi>{medium ?? report.outlet.name}</bdi>
            </a>
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
            <span className="faint"> {words.enums.report[report.kind]}</span>
            {report.published && (
              <>
                {' · '}
                <When when={report.published} />
              </>
            )}
          </p>
          {report.bylines.length > 0 && (
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

function Claims({ statement, address }: WholeProps) {
  const { words, figures } = useLanguage();
  const { stances, impacts, estimates, countClaims, transitClaims, about } = statement;
  const claims: readonly (readonly [string, ReactNode])[] = [
    ...stances.map(
      ({ kind, party, term, note }) =>
        [
          `${party.id} ${term.id}`,
          <span key="stance" className="stance" data-stance={kind}>
            <StanceMark kind={kind} />
            <a {...linkTo({ ...address, statement: null, line: { termId: term.id, partyId: party.id } })}>
              <bdi>{party.name}</bdi> <b>{words.enums.stance[kind].toLocaleLowerCase()}</b> <bdi>{term.title}</bdi>
            </a>
            {note && <bdi className="note">: {note}</bdi>}
          </span>,
        ] as const,
    ),
    ...impacts.map(
      ({ effect, event, note }) =>
        [
          event.id,
          <span key="impact">
            <bdi>{event.title}</bdi> <b>{words.enums.effect[effect]}</b>
            {note && <bdi className="note">: {note}</bdi>}
          </span>,
        ] as const,
    ),
    ...estimates.map(
      ({ outcome, words: said, low, high, band }) =>
        [
          `${outcome.id} ${said}`,
          <span key="estimate">
            <bdi>{outcome.question}</bdi> <bdi className="own">{said}</bdi>{' '}
            <b className="figure">{figures.percent(low, high)}</b> {band && words.enums.band[band]}
          </span>,
        ] as const,
    ),
    ...countClaims.map(
      ({ heldGroup, low, high, words: said }) =>
        [
          heldGroup.id,
          <span key="count">
            <bdi className="own">{heldGroup.descriptor}</bdi> <b className="figure">{figures.count(low, high)}</b>{' '}
            {said && <bdi className="own">{said}</bdi>}
          </span>,
        ] as const,
    ),
    ...transitClaims.map(
      ({ channel, words: said }) =>
        [
          `${channel.id} ${said}`,
          <span key="transit">
            <bdi>{channel.title}</bdi> <bdi className="own">{said}</bdi>
          </span>,
        ] as const,
    ),
  ];
  return (
    <>
      {claims.length > 0 && (
        <Detail title={words.statement.claims}>
          <ul className="claim-list">
            {claims.map(([key, claim]) => (
              <li key={key}>{claim}</li>
            ))}
          </ul>
        </Detail>
      )}
      {about.length > 0 && (
        <Detail title={words.statement.about}>
          <ul className="about">
            {about.map((subject) => (
              <li key={subject.id}>
                {subject.__typename === 'Term' ? (
                  <a {...linkTo({ ...address, statement: null, filter: { term: subject.id } })}>
                    <bdi>{nameOf(subject)}</bdi>
                  </a>
                ) : (
                  <bdi>{nameOf(subject)}</bdi>
                )}
              </li>
            ))}
          </ul>
        </Detail>
      )}
    </>
  );
}

function Relations({ statement: { relations, relatedBy }, address }: WholeProps) {
  const { words } = useLanguage();
  if (relations.length === 0 && relatedBy.nodes.length === 0) return null;
  return (
    <Detail title={words.statement.relations}>
      <ul className="relations">
        {relations.map(({ kind, to }) => (
          <li key={to.id}>
            <span className="faint">{words.enums.relation[kind]}</span>{' '}
            <a {...linkTo({ ...address, statement: to.id })}>
              <bdi>{to.text}</bdi>
            </a>
          </li>
        ))}
        {relatedBy.nodes.map(({ kind, from }) => (
          <li key={from.id}>
            <span className="faint">{words.enums.relatedBy[kind]}</span>{' '}
            <a {...linkTo({ ...address, statement: from.id })}>
              <bdi>{from.text}</bdi>
            </a>
          </li>
        ))}
      </ul>
      <Cut shown={relatedBy.nodes.length} isCut={relatedBy.pageInfo.hasNextPage} />
    </Detail>
  );
}

function History({ statement: { versions }, address }: WholeProps) {
  const { words, dates } = useLanguage();
  return (
    <ol className="history">
      {versions.nodes.map(({ cursor, recordedAt, action, note, statement }, index) => {
        const before = versions.nodes[index - 1]?.statement;
        return (
          <li key={cursor}>
            <p>
              <b>{words.enums.action[action]}</b> <time dateTime={recordedAt}>{dates.minute(recordedAt)}</time>{' '}
              <a {...linkTo({ ...address, at: cursor })}>{words.statement.asOfThen}</a>
            </p>
            {note && (
              <p>
                <bdi>{note}</bdi>
              </p>
            )}
            {action === 'CORRECTED' && before !== undefined && <Corrected before={before} after={statement} />}
          </li>
        );
      })}
    </ol>
  );
}

function nameOf(subject: Whole['about'][number]): string {
  if ('title' in subject) return subject.title;
  if ('descriptor' in subject) return subject.descriptor;
  return 'question' in subject ? subject.question : subject.__typename;
}
