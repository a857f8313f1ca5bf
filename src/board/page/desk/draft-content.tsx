import type { DraftsWholeQuery, StatementInput, TransitClaimInput } from '../generated/operations.ts';
import { ClaimItems } from '../statement/claim-items.tsx';
import { type Appearance, Appearances, Detail, Grading, Translations } from '../statement/details.tsx';
import { Chain, Level } from '../stream/attribution.tsx';
import { Prose } from '../stream/prose.tsx';
import { Stances } from '../stream/stances.tsx';
import { When } from '../stream/when.tsx';
import { useLanguage } from '../words/language.tsx';
import type { Names } from './names.ts';

export type Draft = DraftsWholeQuery['drafts']['nodes'][number];

interface DraftContentProps {
  readonly draft: Draft;
  readonly names: Names;
}

/** What a draft says, as it was written: what draftStatement took had the shape of its input. */
export function contentIn({ content }: Draft): StatementInput {
  return content as unknown as StatementInput;
}

/** What is to be published, with all that readers will see of it. */
export function DraftContent({ draft, names }: DraftContentProps) {
  const { words, figures } = useLanguage();
  const { nameOf } = names;
  const content = contentIn(draft);
  const { personId, postId, onBehalfOfId } = content.source;
  const sourceId = personId ?? onBehalfOfId;
  const { viewOfId, addressedToId, speechActs } = content;
  const relays = (content.relays ?? []).map(({ kind, actorId, descriptor }) => ({
    kind,
    actor: actorId ? { name: nameOf(actorId) } : null,
    descriptor,
  }));
  return (
    <>
      <p className="draft-source">
        <bdi className={draft.descriptor ? 'own' : ''}>
          {draft.descriptor ?? (sourceId ? nameOf(sourceId) : words.enums.sourceKind[draft.sourceKind])}
        </bdi>{' '}
        {postId && <bdi>{nameOf(postId)}</bdi>}{' '}
        {onBehalfOfId && (personId || draft.descriptor) && (
          <span>{words.statement.onBehalfOf(nameOf(onBehalfOfId))}</span>
        )}{' '}
        <When when={draft.said} />
      </p>
      <Prose text={draft.text} language={content.language ?? 'en'} quotation={content.quotationType} />
      <Stances
        stances={(content.stances ?? []).map(({ kind, note, partyId, termId }) => ({
          kind,
          note,
          party: { id: partyId, name: nameOf(partyId) },
          term: { id: termId, title: nameOf(termId) },
        }))}
      />
      <footer>
        <Level
          credit={{
            attributionLevel: draft.attributionLevel,
            attributionInferred: content.attributionInferred ?? false,
          }}
        />
        <span className="quotation">{words.enums.quotation[content.quotationType]}</span>
        <span>{figures.list(speechActs.map((act) => words.enums.act[act]))}</span>
        {viewOfId && <span>{words.statement.viewOf(nameOf(viewOfId))}</span>}
        {addressedToId && <span>{words.statement.to(nameOf(addressedToId))}</span>}
        {relays.length > 0 && <Chain relays={relays} />}
      </footer>
      <DraftDetails content={content} names={names} />
    </>
  );
}

/** What readers find when they open it. */
function DraftDetails({ content, names }: { content: StatementInput; names: Names }) {
  const { words } = useLanguage();
  const { nameOf } = names;
  const lagOf = useLag();
  const { said, relations, aboutIds } = content;
  const [impacts, estimates] = [content.impacts ?? [], content.estimates ?? []];
  const [countClaims, transitClaims] = [content.countClaims ?? [], content.transitClaims ?? []];
  return (
    <>
      {said.phrase && (
        <Detail title={words.statement.saidWhen}>
          <span>
            <bdi className="own">“{said.phrase}”</bdi> <span className="faint">{words.statement.phrase}</span>
          </span>
        </Detail>
      )}
      {content.appearances && content.appearances.length > 0 && (
        <Detail title={words.statement.carriedBy}>
          <Appearances appearances={appearancesIn(content, names)} address={null} />
        </Detail>
      )}
      <Translations translations={content.translations ?? []} />
      {[impacts, estimates, countClaims, transitClaims].some((claims) => claims.length > 0) && (
        <Detail title={words.statement.claims}>
          <ul className="claim-list">
            <ClaimItems
              impacts={impacts.map(({ eventId: id, ...impact }) => ({ ...impact, event: { id, title: nameOf(id) } }))}
              estimates={estimates.map(({ outcomeId: id, holderId, holder, ...estimate }) => ({
                ...estimate,
                heldBy: holderId ? nameOf(holderId) : holder,
                outcome: { id, question: nameOf(id) },
              }))}
              countClaims={countClaims.map(({ heldGroupId: id, ...claim }) => ({
                ...claim,
                heldGroup: { id, descriptor: nameOf(id) },
              }))}
              transitClaims={transitClaims.map(({ channelId: id, words, ...claim }) => ({
                words,
                lag: lagOf(claim),
                channel: { id, title: nameOf(id) },
              }))}
            />
          </ul>
        </Detail>
      )}
      {aboutIds && aboutIds.length > 0 && (
        <Detail title={words.statement.about}>
          <ul className="about">
            {aboutIds.map((id) => (
              <li key={id}>
                <bdi>{nameOf(id)}</bdi>
              </li>
            ))}
          </ul>
        </Detail>
      )}
      <Grading grading={content} />
      {relations && relations.length > 0 && (
        <Detail title={words.statement.relations}>
          <ul className="relations">
            {relations.map(({ kind, toId }) => (
              <li key={toId}>
                <span className="faint">{words.enums.relation[kind]}</span> <bdi>{nameOf(toId)}</bdi>
              </li>
            ))}
          </ul>
        </Detail>
      )}
    </>
  );
}

function appearancesIn({ appearances }: StatementInput, { nameOf, reportOf }: Names): Appearance[] {
  return (appearances ?? []).map(({ reportId, republishedFromId, medium, exact, prefix, suffix }) => ({
    medium: medium ?? null,
    exact: exact ?? null,
    prefix: prefix ?? null,
    suffix: suffix ?? null,
    report: reportOf(reportId) ?? {
      id: reportId,
      headline: null,
      url: null,
      outlet: { id: reportId, name: nameOf(reportId) },
    },
    republishedFrom: republishedFromId
      ? { outlet: reportOf(republishedFromId)?.outlet ?? { name: nameOf(republishedFromId) } }
      : null,
  }));
}

/** How long a message is said to take, and on which leg; null where neither is given. */
function useLag(): (claim: Pick<TransitClaimInput, 'leg' | 'lowSeconds' | 'highSeconds'>) => string | null {
  const { words, figures } = useLanguage();
  return ({ leg, lowSeconds, highSeconds }) => {
    const [low, high] = [lowSeconds, highSeconds].map((seconds) => seconds != null && figures.lag(`PT${seconds}S`));
    const lag =
      low && high
        ? low === high
          ? low
          : `${low} – ${high}`
        : low
          ? words.range.atLeast(low)
          : high && words.range.atMost(high);
    return [leg != null && words.desk.leg(leg), lag].filter(Boolean).join(' · ') || null;
  };
}
