import { useEffect, useRef } from 'react';

/**
 * Asks again when the board has moved on, so that what is opened on it is as live as it is.
 * @param head the cursor of what is shown live; null of a moment of the past, to which nothing comes
 */
export function useRenewed(ask: () => void, head: string | null): void {
  const asked = useRef(head);
  useEffect(() => {
    if (asked.current === head) return;
    asked.current = head;
    if (head !== null) ask();
  }, [head, ask]);
}
