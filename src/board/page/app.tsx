import { useEffect, useRef } from 'react';
import { SessionProvider } from './desk/session.tsx';
import { BoardPage } from './negotiation/board-page.tsx';
import { NegotiationsPage } from './negotiations/negotiations-page.tsx';
import { useAddress } from './use-address.ts';

/** The page of an address. */
export function App() {
  const { address, change } = useAddress();
  const { slug } = address;
  useBeginning(slug);
  return (
    <SessionProvider>
      {slug === null ? <NegotiationsPage /> : <BoardPage key={slug} slug={slug} address={address} change={change} />}
    </SessionProvider>
  );
}

/** Another page begins at its top, as one that is loaded does, and the focus with it. */
function useBeginning(page: string | null): void {
  const before = useRef(page);
  useEffect(() => {
    if (before.current === page) return;
    before.current = page;
    window.scrollTo(0, 0);
    document.querySelector('main')?.focus();
  }, [page]);
}
