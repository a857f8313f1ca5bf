import { lazy } from 'react';
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
import { Wording } from '../stream/wording.tsx';
import { linkTo } from '../use-address.ts';
import { useLanguage } from '../words/language.tsx';
import { ClaimItems } from './claim-items.tsx';
import { Corrected } from './corrected.tsx';
import { Appearances, Detail, Grading, Translations } from './details.tsx';

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
          <Appearances appearances={appearances} address={address} />
        </Detail>
      )}
      <Translations translations={statement.translations} />
      <Claims statement={statement} address={address} />
      <Grading grading={statement} />
      <Relations statement={statement} address={address} />
      <Detail title={words.statement.history}>
        <History statement={statement} address={address} />
        <Cut shown={statement.versions.nodes.length} isCut={statement.versions.pageInfo.hasNextPage} />
      </Detail>
    </article>
  );
}

function Claims({ statement, address }: WholeProps) {
  const { words } = useLanguage();
  const { stances, impacts, estimates, countClaims, transitClaims, about } = statement;
  return (
    <>
      {[stances, impacts, estimates, countClaims, transitClaims].some((claims) => claims.length > 0) && (
        <Detail title={words.statement.claims}>
          <ul className="claim-list">
            {stances.map(({ kind, party, term, note }) => (
              <li key={`${party.id} ${term.id}`} className="stance" data-stance={kind}>
                <StanceMark kind={kind} />
                <a {...linkTo({ ...address, statement: null, line: { termId: term.id, partyId: party.id } })}>
                  <bdi>{party.name}</bdi> <b>{words.enums.stance[kind].toLocaleLowerCase()}</b> <bdi>{term.title}</bdi>
                </a>
                {note && <bdi className="note">: {note}</bdi>}
              </li>
            ))}
            <ClaimItems {...{ impacts, estimates, countClaims, transitClaims }} />
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
              <Wording statement={to} />
            </a>
          </li>
        ))}
        {relatedBy.nodes.map(({ kind, from }) => (
          <li key={from.id}>
            <span className="faint">{words.enums.relatedBy[kind]}</span>{' '}
            <a {...linkTo({ ...address, statement: from.id })}>
              <Wording statement={from} />
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
