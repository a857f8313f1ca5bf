import { type RefObject, useEffect } from 'react';
import type { VirtualizerHandle } from 'virtua';
import type { Board } from '../live/board.ts';
import { isWriting } from '../search/search-box.tsx';

/** J goes to the next statement and K to the one before, from wherever the focus is. */
export function useSteps(
  scroller: RefObject<HTMLElement | null>,
  list: RefObject<VirtualizerHandle | null>,
  statements: Board['statements'],
): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const step = event.key === 'j' ? 1 : event.key === 'k' ? -1 : 0;
      if (step === 0 || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
      const [handle, box] = [list.current, scroller.current];
      // What lies beneath something that was opened is not gone through.
      if (handle === null || box === null || box.closest('[inert]') !== null) return;
      const from = document.activeElement?.closest<HTMLElement>('[data-id]')?.dataset.id;
      const at = from === undefined ? -1 : statements.findIndex(({ id }) => id === from);
      // From elsewhere it begins with the first that is seen.
      const to = at === -1 ? handle.findItemIndex(handle.scrollOffset) : at + step;
      const wanted = statements[to];
      if (wanted === undefined) return;
      event.preventDefault();
      focus(box, wanted.id, () => handle.scrollToIndex(to, { align: 'nearest' }));
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [scroller, list, statements]);
}

/**
 * Gives a statement the focus, which brings it into view. What is far off has to come into the page first, and may be
 * held back by what keeps the list in its place meanwhile: it is scrolled to until it is there.
 */
function focus(box: HTMLElement, id: string, scroll: () => void, frames = 120): void {
  const link = box.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"] .open`);
  if (link !== null) link.focus();
  else if (frames > 0) {
    scroll();
    requestAnimationFrame(() => focus(box, id, scroll, frames - 1));
  }
}
