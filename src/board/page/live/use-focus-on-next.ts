import { type RefObject, useLayoutEffect, useRef } from 'react';

/**
 * Who reads on goes to the first that comes: the button is behind the last by then, or gone.
 * @param keys of what a list shows, in its order
 * @returns the list, whose children they are, and what marks where it ends before more is read
 */
export function useFocusOnNext(keys: readonly string[]): { list: RefObject<never>; mark: () => void } {
  const list = useRef<HTMLElement>(null);
  const last = useRef<string>(null);
  useLayoutEffect(() => {
    const index = last.current === null ? -1 : keys.indexOf(last.current);
    const next = index === -1 ? undefined : list.current?.children[index + 1];
    if (!(next instanceof HTMLElement)) return;
    last.current = null;
    const heading = next.querySelector<HTMLElement>(':is(h2, h3) a');
    // What leads nowhere takes the focus itself.
    if (heading === null) next.tabIndex = -1;
    (heading ?? next).focus();
  }, [keys]);
  const mark = () => {
    last.current = keys.at(-1) ?? null;
  };
  return { list: list as RefObject<never>, mark };
}
