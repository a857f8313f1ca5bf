import { useCallback, useEffect, useState } from 'react';
import type { Address } from '../address.ts';
import { Panel } from '../frame/panel.tsx';
import type { StandingFragment } from '../generated/operations.ts';
import { orderOf } from '../keys.ts';
import { useRecord } from '../live/use-board.ts';
import { useLanguage } from '../words/language.tsx';
import { contentIn, type Draft } from './draft-content.tsx';
import { Drafts } from './drafts.tsx';
import { idsIn, namesIn, readNamed } from './names.ts';
import type { Refused } from './refusal.ts';
import { useSession } from './session.tsx';
import { SignIn } from './sign-in.tsx';
import { blank, keptWriting, usualLanguage, type Writing, writingOf } from './writing.ts';
import { WritingForm } from './writing-form.tsx';

interface DeskPanelProps {
  readonly standing: StandingFragment;
  readonly change: (part: Partial<Address>, replace?: boolean) => void;
}

/** The desk's side of a negotiation: its drafts, and a statement that is being written. */
export function DeskPanel({ standing, change }: DeskPanelProps) {
  const { words, code } = useLanguage();
  const record = useRecord();
  const { viewer, hasKey, isRefused, signOut, may } = useSession();
  const [writing, setWriting] = useState<Writing | null>(() => keptWriting(standing.slug, today()));
  const close = useCallback(() => change({ desk: false }), [change]);
  const [refusal, setRefusal] = useState<Refused | null>(null);
  const end = useCallback(() => {
    setWriting(null);
    setRefusal(null);
  }, []);
  const begin = useCallback(() => setWriting((before) => before ?? blank(today(), usualLanguage(code))), [code]);
  const isOfDesk = may('REPORTER', standing.slug);
  // What is being written stays when the key ends, and is kept for who signed out: a reader sees none of it.
  const isOpen = hasKey || isRefused;
  useEffect(() => {
    if (isOpen) setWriting(keptWriting(standing.slug, today()));
  }, [isOpen, standing.slug]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (orderOf(event) !== 'n') return;
      event.preventDefault();
      begin();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [begin]);

  const edit = async (draft: Draft, refused: Refused | null) => {
    const content = contentIn(draft);
    const named = await readNamed(record, idsIn([content])).catch(() => []);
    const report = content.appearances?.[0]?.reportId;
    const [outlet] = named.flatMap((node) => ('outlet' in node && node.id === report ? [node.outlet] : []));
    setRefusal(refused);
    setWriting(writingOf(draft, content, namesIn(named), outlet));
  };

  return (
    <Panel
      title={hasKey && viewer ? words.desk.titleOf(viewer.name ?? '') : words.desk.title}
      of="desk"
      close={close}
      actions={
        hasKey && (
          <button type="button" className="quiet" onClick={signOut}>
            {words.desk.signOut}
          </button>
        )
      }
    >
      {!hasKey && <SignIn />}
      {hasKey && viewer && !isOfDesk && <p className="empty">{words.desk.notOfDesk}</p>}
      {isOpen && writing !== null && (
        <WritingForm key={writing.draft?.id ?? 'new'} {...{ standing, refusal, end }} begun={writing} />
      )}
      {writing === null && isOfDesk && (
        <button type="button" className="primary" onClick={begin} aria-keyshortcuts="n">
          {words.desk.write} <kbd>N</kbd>
        </button>
      )}
      {isOfDesk && (
        <section aria-label={words.desk.drafts}>
          <h3 className="drafts-title">{words.desk.drafts}</h3>
          <Drafts standing={standing} edit={writing === null ? (draft, refused) => void edit(draft, refused) : null} />
        </section>
      )}
    </Panel>
  );
}

function today(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}
