import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { Provider } from 'urql';
import { ViewerDocument, type ViewerQuery } from '../generated/operations.ts';
import { openRecord } from '../live/record.ts';
import { RecordContext } from '../live/use-board.ts';
import { ofTab } from '../memory.ts';

type Viewer = ViewerQuery['viewer'];
type Role = Viewer['role'];

/** Who looks: a reader, or somebody of the desk, by the key that was given in this tab. */
export interface Session {
  readonly viewer: Viewer | null;
  /** Whether a key was given that is no longer good, or never was. */
  readonly isRefused: boolean;
  readonly hasKey: boolean;
  readonly signIn: (key: string) => void;
  readonly signOut: () => void;
  may(role: Role, slug: string): boolean;
}

const KEY = 'desk-key';
const RETRY_MS = 3_000;
const RANK: readonly Role[] = ['READER', 'REPORTER', 'EDITOR', 'ADMIN'];

const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('outside of the page');
  return session;
}

/** Opens the record with the key of this tab; it is forgotten when the tab is closed. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const [key, setKey] = useState(() => ofTab.recall(KEY));
  const [viewer, setViewer] = useState<Viewer | null>(null);
  const [isRefused, setRefused] = useState(false);
  // With a key that is no good there is still all that a reader may see.
  const record = useMemo(
    // Where nobody reads without a key, none was refused.
    () => openRecord(isRefused ? null : key, () => setRefused(key !== null)),
    [key, isRefused],
  );
  useEffect(() => () => record.close(), [record]);

  useEffect(() => {
    if (key === null || isRefused) return;
    let isLeft = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = () =>
      void record.ask(ViewerDocument, {}).then(
        ({ viewer }) => {
          if (!isLeft) setViewer(viewer);
        },
        (problem) => {
          // Nobody has said anything of the key yet.
          if (!isLeft && problem.kind !== 'key') timer = setTimeout(ask, RETRY_MS);
        },
      );
    ask();
    return () => {
      isLeft = true;
      clearTimeout(timer);
    };
  }, [record, key, isRefused]);

  const take = useCallback(
    (next: string | null) => {
      ofTab.remember(KEY, next);
      // With another key for one that ended, what is half written stays open until it is known whose it is.
      setViewer((before) => (next !== null && isRefused ? before : null));
      setRefused(false);
      setKey(next);
    },
    [isRefused],
  );
  const session = useMemo<Session>(
    () => ({
      viewer,
      isRefused,
      hasKey: key !== null && !isRefused,
      signIn: take,
      signOut: () => take(null),
      may: (role, slug) => {
        const given = viewer?.roles.filter(({ negotiation }) => negotiation?.slug === slug) ?? [];
        // What somebody may do on the whole desk they may not in restricted talks.
        const isRestricted = given.some(({ negotiation }) => negotiation?.access === 'RESTRICTED');
        const roles = [...(viewer === null || isRestricted ? [] : [viewer.role]), ...given.map(({ role }) => role)];
        return roles.some((held) => RANK.indexOf(held) >= RANK.indexOf(role));
      },
    }),
    [viewer, isRefused, key, take],
  );
  return (
    <SessionContext value={session}>
      <RecordContext value={record}>
        <Provider value={record.urql}>{children}</Provider>
      </RecordContext>
    </SessionContext>
  );
}
