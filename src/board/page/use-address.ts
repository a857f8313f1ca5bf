import { type MouseEvent, useCallback, useMemo, useSyncExternalStore } from 'react';
import { type Address, readAddress, writeAddress } from './address.ts';

const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('popstate', listener);
  };
}

/** Goes to an address. @param replace stays on the same step of the browser's history, as while a slider moves */
export function goTo(address: Address, replace = false): void {
  const url = writeAddress(address);
  if (url === location.pathname + location.search) return;
  if (replace) history.replaceState(null, '', url);
  else history.pushState(null, '', url);
  tell();
}

/** What the address says, and how to change a part of it. */
export function useAddress(): { address: Address; change: (part: Partial<Address>, replace?: boolean) => void } {
  const href = useSyncExternalStore(listen, () => location.pathname + location.search);
  const address = useMemo(() => {
    const { pathname, search } = new URL(href, location.origin);
    return readAddress({ pathname, search });
  }, [href]);
  const change = useCallback((part: Partial<Address>, replace = false) => {
    goTo({ ...readAddress(location), ...part }, replace);
  }, []);
  return { address, change };
}

/** The properties of a link inside the page: a plain click stays in it, any other is the browser's. */
export function linkTo(address: Address): { href: string; onClick: (event: MouseEvent) => void } {
  return {
    href: writeAddress(address),
    onClick: (event) => {
      if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      goTo(address);
    },
  };
}
