import { useEffect, useRef, useState } from 'react';
import { GoOn } from '../frame/cut.tsx';
import {
  CommentOnDraftDocument,
  DiscardDraftDocument,
  DraftChangesDocument,
  DraftsWholeDocument,
  EmbargoDraftDocument,
  KillEmbargoDocument,
  LiftEmbargoDocument,
  PublishDraftDocument,
  ReturnDraftDocument,
  type StandingFragment,
  SubmitDraftDocument,
} from '../generated/operations.ts';
import { useRecord } from '../live/use-board.ts';
import { type Page, useMore } from '../live/use-more.ts';
import { useQuestion } from '../live/use-question.ts';
import { useLanguage } from '../words/language.tsx';
import { Ask, keepAnswer } from './ask.tsx';
import { Confirm } from './confirm.tsx';
import { Countdown } from './countdown.tsx';
import { contentIn, type Draft, DraftContent } from './draft-content.tsx';
import { type Names, useNames } from './names.ts';
import type { Refused } from './refusal.ts';
import { RefusalNote } from './refusal-note.tsx';
import { useSession } from './session.tsx';
import { useDeed } from './use-deed.ts';

interface DraftsProps {
  readonly standing: StandingFragment;
  /** Null while something is being written, which another draft would take the place of. */
  readonly edit: ((draft: Draft, refusal: Refused | null) => void) | null;
}

const NO_DRAFTS: Page<Draft> = { nodes: [], pageInfo: { endCursor: null, hasNextPage: false } };

/** What waits to be published, as it is at this moment: what others do with it shows at once. */
export function Drafts({ standing, edit }: DraftsProps) {
  const { words } = useLanguage();
  const { data, ask: reread } = useQuestion({ query: DraftsWholeDocument, variables: { negotiationId: standing.id } });
  useDraftChanges(standing.id, data?.drafts.cursor, reread);
  const record = useRecord();
  const more = useMore(
    data?.drafts ?? NO_DRAFTS,
    ({ id }) => id,
    async (after) => (await record.ask(DraftsWholeDocument, { negotiationId: standing.id, after })).drafts,
  );
  const drafts = data && more.nodes;
  const names = useNames(standing, drafts?.map(contentIn) ?? []);
  if (!drafts) return <p className="reading">{words.state.loading}</p>;
  if (drafts.length === 0) return <p className="empty">{words.desk.noDrafts}</p>;
  return (
    <>
      <ul className="drafts" ref={more.list}>
        {drafts.map((draft) => (
          <li key={draft.id}>
            <DraftView draft={draft} names={names} slug={standing.slug} edit={edit} reread={reread} />
          </li>
        ))}
      </ul>
      <GoOn more={more} label={words.desk.moreDrafts} />
    </>
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
        // The key ended, of which the session tells.
      }
    })();
    return () => changes.stop();
  }, [record, negotiationId, isRead, reread]);
}

/** The field of the API that the answer goes into, for what asks for one. */
const ANSWERED = { return: 'reason', kill: 'reason', comment: 'text', embargo: 'until', discard: null } as const;
type Asked = keyof typeof ANSWERED;

interface DraftViewProps extends Pick<DraftsProps, 'edit'> {
  readonly draft: Draft;
  readonly names: Names;
  readonly slug: string;
  readonly reread: () => void;
}

function DraftView({ draft, names, slug, edit, reread }: DraftViewProps) {
  const { words, dates } = useLanguage();
  const { may } = useSession();
  const { run, insist, isBusy, refused, forget } = useDeed();
  const [asked, setAsked] = useState<Asked | null>(null);
  const article = useFocusBack(asked);
  const { id: draftId, revision, state } = draft;
  // What was wrong with one revision may be right in the next.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the revision that ends it
  useEffect(forget, [revision, forget]);
  const isEditor = may('EDITOR', slug);
  const isEmbargoed = state === 'EMBARGOED';
  const deed = (doing: Promise<boolean>) => {
    void doing.then((isDone) => {
      if (!isDone) return;
      if (asked !== null) keepAnswer(answerTo(asked), null);
      setAsked(null);
      reread();
    });
  };
  const of = { draftId, revision };
  const answerTo = (deed: string) => `${draftId} ${deed}`;
  // What is asked for says itself what is wrong with it, for as long as it is asked for.
  const field = asked && ANSWERED[asked];
  const problem = field ? refused?.fields.at(field) : undefined;
  const close = () => {
    if (problem !== undefined) forget();
    setAsked(null);
  };

  return (
    <article className="draft" ref={article} data-state={state}>
      <header>
        <b className="draft-state" data-state={state}>
          {words.enums.draft[state]}
        </b>
        {draft.embargoedUntil && <Countdown until={draft.embargoedUntil} />}
        <span className="faint">
          <bdi>{draft.author}</bdi> · {dates.minute(draft.changedAt)}
        </span>
      </header>
      <DraftContent draft={draft} names={names} />
      {draft.note && (
        <p className="marked">
          <bdi>{draft.note}</bdi>
        </p>
      )}
      {draft.comments.pageInfo.hasPreviousPage && (
        <p className="cut">{words.desk.lastComments(draft.comments.nodes.length)}</p>
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
      <RefusalNote refused={refused} shown={field ? [field] : []} insist={() => deed(insist())} />
      {asked === 'return' && (
        <Ask
          label={words.desk.reason}
          act={words.desk.return}
          of={answerTo('return')}
          problem={problem}
          done={(reason) => deed(run(ReturnDraftDocument, { input: { ...of, reason } }))}
          close={close}
        />
      )}
      {asked === 'kill' && (
        <Ask
          label={words.desk.reason}
          act={words.desk.kill}
          of={answerTo('kill')}
          problem={problem}
          done={(reason) => deed(run(KillEmbargoDocument, { input: { ...of, reason } }))}
          close={close}
        />
      )}
      {asked === 'comment' && (
        <Ask
          label={words.desk.comment}
          act={words.desk.comment}
          of={answerTo('comment')}
          problem={problem}
          done={(text) => deed(run(CommentOnDraftDocument, { input: { draftId, text } }))}
          close={close}
        />
      )}
      {asked === 'embargo' && (
        <Ask
          label={words.desk.until}
          act={words.desk.embargo}
          type="datetime-local"
          of={answerTo('embargo')}
          problem={problem}
          done={(until) => deed(run(EmbargoDraftDocument, { input: { ...of, until: new Date(until).toISOString() } }))}
          close={close}
        />
      )}
      {asked === 'discard' && (
        <Confirm
          question={words.desk.discardForGood}
          act={words.desk.discard}
          done={() => deed(run(DiscardDraftDocument, { input: of }))}
          cancel={close}
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
              <Deed of="kill" label={words.desk.kill} act={() => setAsked('kill')} />
            </>
          )}
          {state === 'DRAFT' && (
            <Deed label={words.desk.submit} act={() => deed(run(SubmitDraftDocument, { input: of }))} />
          )}
          {!isEmbargoed && edit && <Deed label={words.desk.edit} act={() => edit(draft, refused)} />}
          {isEditor && state === 'SUBMITTED' && (
            <Deed of="return" label={words.desk.return} act={() => setAsked('return')} />
          )}
          {isEditor && <Deed of="embargo" label={words.desk.embargo} act={() => setAsked('embargo')} />}
          <Deed of="comment" label={words.desk.comment} act={() => setAsked('comment')} />
          {!isEmbargoed && <Deed of="discard" label={words.desk.discard} act={() => setAsked('discard')} />}
        </div>
      )}
    </article>
  );
}

/** Gives the focus back to what was asked for, once that is put off. */
function useFocusBack(asked: string | null) {
  const whole = useRef<HTMLElement>(null);
  const before = useRef(asked);
  useEffect(() => {
    const isFree = document.activeElement === document.body;
    if (asked === null && isFree) whole.current?.querySelector<HTMLElement>(`[data-deed="${before.current}"]`)?.focus();
    before.current = asked;
  }, [asked]);
  return whole;
}

function Deed({ of, label, act }: { of?: string; label: string; act: () => void }) {
  return (
    <button type="button" className="quiet" data-deed={of} onClick={act}>
      {label}
    </button>
  );
}
