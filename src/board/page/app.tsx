import { useEffect, useMemo, useRef } from 'react';
import { Provider } from 'urql';
import { openRecord } from './live/record.ts';
import { RecordContext } from './live/use-board.ts';
import { BoardPage } from './negotiation/board-page.tsx';
import { NegotiationsPage } from './negotiations/negotiations-page.tsx';
import { useAddress } from './use-address.ts';

/** The page of an address. */
export function App() {
  const { address, change } = useAddress();
  const record = useMemo(() => openRecord(null), []);
  const { slug } = address;
  useScrollToTop(slug);
  return (
    <RecordContext value={record}>
      <Provider value={record.urql}>
        {slug === null ? <NegotiationsPage /> : <BoardPage key={slug} slug={slug} address={address} change={change} />}
      </Provider>
    </RecordContext>
  );
}

/** Another page begins at its top, as one that is loaded does. */
function useScrollToTop(page: string | null): void {
  const before = useRef(page);
  useEffect(() => {
    if (before.current !== page) window.scrollTo(0, 0);
    before.current = page;
  }, [page]);
}
