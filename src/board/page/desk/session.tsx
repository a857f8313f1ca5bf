import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { Provider } from 'urql';
import { ViewerDocument, type ViewerQuery } from '../generated/operations.ts';
import { openRecord } from '../live/record.ts';
import { RecordContext } from '../live/use-board.ts';

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
  /** What the server said about the key just now: it is no longer good. */
  readonly refuse: () => void;
  may(role: Role, slug: string): boolean;
}

const KEY = 'desk-key';
const RANK: readonly Role[] = ['READER', 'REPORTER', 'EDITOR', 'ADMIN'];

const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('outside of the page');
  return session;
}

/** Opens the record with the key of this tab; it is forgotten when the tab is closed. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const [key, setKey] = useState(() => sessionStorage.getItem(KEY));
  const [viewer, setViewer] = useState<Viewer | null>(null);
  const [isRefused, setRefused] = useState(false);
  // With a key that is no good there is still all that a reader may see.
  const record = useMemo(() => openRecord(isRefused ? null : key), [key, isRefused]);
  useEffect(() => () => record.close(), [record]);

  useEffect(() => {
    if (key === null || isRefused) return;
    let isLeft = false;
    record.ask(ViewerDocument, {}).then(
      ({ viewer }) => {
        if (!isLeft) setViewer(viewer);
      },
      (problem) => {
        if (!isLeft && problem.kind === 'key') setRefused(true);
      },
    );
    return () => {
      isLeft = true;
    };
  }, [record, key, isRefused]);

  const take = useCallback((next: string | null) => {
    if (next === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, next);
    setViewer(null);
    setRefused(false);
    setKey(next);
  }, []);
  const session = useMemo<Session>(
    () => ({
      viewer,
      isRefused,
      hasKey: key !== null && !isRefused,
      signIn: take,
      signOut: () => take(null),
      refuse: () => setRefused(true),
      may: (role, slug) =>
        viewer !== null &&
        [
          viewer.role,
          ...viewer.roles.filter(({ negotiation }) => negotiation?.slug === slug).map((given) => given.role),
        ].some((given) => RANK.indexOf(given) >= RANK.indexOf(role)),
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
