import { useSyncExternalStore } from 'react';

/** As the styles have it: what is opened lies over the whole board. */
const NARROW = matchMedia('(width < 70rem)');

export function useIsNarrow(): boolean {
  return useSyncExternalStore(
    (listener) => {
      NARROW.addEventListener('change', listener);
      return () => NARROW.removeEventListener('change', listener);
    },
    () => NARROW.matches,
  );
}
