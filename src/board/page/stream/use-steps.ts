import { type RefObject, useEffect, useState } from 'react';
import type { VirtualizerHandle } from 'virtua';
import { orderOf } from '../keys.ts';
import type { Board } from '../live/board.ts';

/**
 * J goes to the next statement and K to the one before, from wherever the focus is.
 * @returns the indexes of what is to stay in the page wherever it is scrolled to, so that the focus is not lost
 */
export function useSteps(
  scroller: RefObject<HTMLElement | null>,
  list: RefObject<VirtualizerHandle | null>,
  statements: Board['statements'],
): number[] {
  const [reached, reach] = useState<string | null>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const step = { j: 1, k: -1 }[orderOf(event) ?? ''];
      if (step === undefined) return;
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
      reach(wanted.id);
      focus(box, wanted.id);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [scroller, list, statements]);
  return beside(statements, reached);
}

/**
 * Gives a statement the focus, which brings it into view. One that has just come into the page is hidden until it is
 * measured, and takes none before.
 */
function focus(box: HTMLElement, id: string, frames = 120): void {
  const link = box.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"] .open`);
  link?.focus();
  if (link !== document.activeElement && frames > 0) requestAnimationFrame(() => focus(box, id, frames - 1));
}

/** The statement that was reached, and those beside it, which are reached next. */
function beside(statements: Board['statements'], reached: string | null): number[] {
  const at = reached === null ? -1 : statements.findIndex(({ id }) => id === reached);
  return at === -1 ? [] : [at - 1, at, at + 1].filter((index) => index >= 0 && index < statements.length);
}
