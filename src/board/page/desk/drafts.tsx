import { useCallback, useEffect, useRef, useState } from 'react';
import { useQuery } from 'urql';
import {
  CommentOnDraftDocument,
  DiscardDraftDocument,
  DraftChangesDocument,
  DraftsWholeDocument,
  type DraftsWholeQuery,
  EmbargoDraftDocument,
  KillEmbargoDocument,
  LiftEmbargoDocument,
  NamesDocument,
  PublishDraftDocument,
  ReturnDraftDocument,
  type StandingFragment,
  type StatementInput,
  SubmitDraftDocument,
} from '../generated/operations.ts';
import { useRecord } from '../live/use-board.ts';
import { Prose } from '../stream/prose.tsx';
import { When } from '../stream/when.tsx';
import { useLanguage } from '../words/language.tsx';
import { Ask } from './ask.tsx';
import { Countdown } from './countdown.tsx';
import type { Refused } from './refusal.ts';
import { RefusalNote } from './refusal-note.tsx';
import { useSession } from './session.tsx';
import { useDeed } from './use-deed.ts';

export type Draft = DraftsWholeQuery['drafts']['nodes'][number];

interface DraftsProps {
  readonly standing: StandingFragment;
  /** Null while something is being written, which another draft would take the place of. */
  readonly edit: ((draft: Draft, refusal: Refused | null) => void) | null;
}

/** What waits to be published, as it is at this moment: what others do with it shows at once. */
export function Drafts({ standing, edit }: DraftsProps) {
  const { words } = useLanguage();
  const [{ data }, read] = useQuery({ query: DraftsWholeDocument, variables: { negotiationId: standing.id } });
  const reread = useCallback(() => read({ requestPolicy: 'network-only' }), [read]);
  useDraftChanges(standing.id, data?.drafts.cursor, reread);
  const drafts = data?.drafts.nodes;
  const names = useNames(drafts);
  if (!drafts) return <p className="reading">{words.state.loading}</p>;
  if (drafts.length === 0) return <p className="empty">{words.desk.noDrafts}</p>;
  return (
    <ul className="drafts">
      {drafts.map((draft) => (
        <li key={draft.id}>
          <DraftView draft={draft} names={names} slug={standing.slug} edit={edit} reread={reread} />
        </li>
      ))}
    </ul>
  );
}

/** Who a draft is credited to, by id: the person, else the organization that is spoken for. */
function sourceOf({ content }: Draft): string | undefined {
  // What draftStatement took had the shape of its input.
  const { personId, onBehalfOfId } = (content as unknown as StatementInput).source;
  return personId ?? onBehalfOfId ?? undefined;
}

function useNames(drafts: readonly Draft[] | undefined): ReadonlyMap<string, string> {
  const ids = [...new Set((drafts ?? []).flatMap((draft) => sourceOf(draft) ?? []))];
  const [{ data }] = useQuery({ query: NamesDocument, variables: { ids }, pause: ids.length === 0 });
  return new Map(
    (data?.nodes ?? []).flatMap((node) => (node && 'name' in node ? [[node.id, node.name] as const] : [])),
  );
}

function useDraftChanges(negotiationId: string, cursor: string | undefined, reread: () => void): void {
  const record = useRecord();
  const begin = useRef(cursor);
  begin.current ??= cursor;
  const isRead = cursor !== undefined;
  useEffect(() => {
    if (!isRead) return;
    const changes = record.parley.follow({
      subscription: DraftChangesDocument,
      variables: { negotiationId, after: begin.current ?? null },
    });
    void (async () => {
      try {
        for await (const _ of changes) reread();
      } catch {
        // The key ended, which the next deed says.
      }
    })();
    return () => changes.stop();
  }, [record, negotiationId, isRead, reread]);
}

interface DraftViewProps extends Pick<DraftsProps, 'edit'> {
  readonly draft: Draft;
  readonly names: ReadonlyMap<string, string>;
  readonly slug: string;
  readonly reread: () => void;
}

function DraftView({ draft, names, slug, edit, reread }: DraftViewProps) {
  const { words, dates } = useLanguage();
  const { may } = useSession();
  const { run, insist, isBusy, refused, forget } = useDeed();
  const [asked, setAsked] = useState<'return' | 'embargo' | 'kill' | 'comment' | null>(null);
  const { id: draftId, revision, state } = draft;
  // What was wrong with one revision may be right in the next.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the revision that ends it
  useEffect(forget, [revision, forget]);
  const isEditor = may('EDITOR', slug);
  const isEmbargoed = state === 'EMBARGOED';
  const deed = (doing: Promise<boolean>) => {
    void doing.then((isDone) => {
      if (!isDone) return;
      setAsked(null);
      reread();
    });
  };
  const of = { draftId, revision };

  return (
    <article className="draft" data-state={state}>
      <header>
        <b className="draft-state" data-state={state}>
          {words.enums.draft[state]}
        </b>
        {draft.embargoedUntil && <Countdown until={draft.embargoedUntil} />}
        <span className="faint">
          <bdi>{draft.author}</bdi> · {dates.minute(draft.changedAt)}
        </span>
      </header>
      <p className="draft-source">
        <bdi className={draft.descriptor ? 'own' : ''}>
          {draft.descriptor ?? names.get(String(sourceOf(draft))) ?? words.enums.sourceKind[draft.sourceKind]}
        </bdi>{' '}
        <When when={draft.said} />
      </p>
      <Prose text={draft.text} short />
      {draft.note && (
        <p className="marked">
          <bdi>{draft.note}</bdi>
        </p>
      )}
      {draft.comments.nodes.length > 0 && (
        <ul className="comments">
          {draft.comments.nodes.map(({ author, text, createdAt }) => (
            <li key={`${createdAt} ${text}`}>
              <b>
                <bdi>{author}</bdi>
              </b>{' '}
              <bdi>{text}</bdi>
            </li>
          ))}
        </ul>
      )}
      <RefusalNote refused={refused} insist={() => deed(insist())} />
      {asked === 'return' && (
        <Ask
          label={words.desk.reason}
          act={words.desk.return}
          done={(reason) => deed(run(ReturnDraftDocument, { input: { ...of, reason } }))}
          cancel={() => setAsked(null)}
        />
      )}
      {asked === 'kill' && (
        <Ask
          label={words.desk.reason}
          act={words.desk.kill}
          done={(reason) => deed(run(KillEmbargoDocument, { input: { ...of, reason } }))}
          cancel={() => setAsked(null)}
        />
      )}
      {asked === 'comment' && (
        <Ask
          label={words.desk.comment}
          act={words.desk.comment}
          done={(text) => deed(run(CommentOnDraftDocument, { input: { draftId, text } }))}
          cancel={() => setAsked(null)}
        />
      )}
      {asked === 'embargo' && (
        <Ask
          label={words.desk.until}
          act={words.desk.embargo}
          type="datetime-local"
          done={(until) => deed(run(EmbargoDraftDocument, { input: { ...of, until: new Date(until).toISOString() } }))}
          cancel={() => setAsked(null)}
        />
      )}
      {asked === null && (
        <div className="row deeds">
          {isEditor && !isEmbargoed && (
            <button
              type="button"
              className="primary"
              disabled={isBusy}
              onClick={() => deed(run(PublishDraftDocument, { input: of }))}
            >
              {words.desk.publish}
            </button>
          )}
          {isEditor && isEmbargoed && (
            <>
              <Deed label={words.desk.lift} act={() => deed(run(LiftEmbargoDocument, { input: of }))} />
              <Deed label={words.desk.kill} act={() => setAsked('kill')} />
            </>
          )}
          {state === 'DRAFT' && (
            <Deed label={words.desk.submit} act={() => deed(run(SubmitDraftDocument, { input: of }))} />
          )}
          {!isEmbargoed && edit && <Deed label={words.desk.edit} act={() => edit(draft, refused)} />}
          {isEditor && state === 'SUBMITTED' && <Deed label={words.desk.return} act={() => setAsked('return')} />}
          {isEditor && <Deed label={words.desk.embargo} act={() => setAsked('embargo')} />}
          <Deed label={words.desk.comment} act={() => setAsked('comment')} />
          {!isEmbargoed && (
            <Deed label={words.desk.discard} act={() => deed(run(DiscardDraftDocument, { input: of }))} />
          )}
        </div>
      )}
    </article>
  );
}

function Deed({ label, act }: { label: string; act: () => void }) {
  return (
    <button type="button" className="quiet" onClick={act}>
      {label}
    </button>
  );
}
