import { recall, remember } from './memory.ts';

const NAME = 'single-keys';

/** Whether a single key is an order to the page: whoever speaks to their computer, or types by chance, turns that off. */
export function areKeysOn(): boolean {
  return recall(NAME) !== 'off';
}

export function setKeysOn(areOn: boolean): void {
  remember(NAME, areOn ? null : 'off');
}

/**
 * The single key that was pressed, when it is an order to the page: as it is named on a keyboard of Latin letters, where
 * another one gives its own; null while something is written, and with Ctrl, Alt or Meta.
 */
export function orderOf(event: KeyboardEvent): string | null {
  if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target) || !areKeysOn()) return null;
  if (/^[!-~]$/.test(event.key)) return event.key.toLowerCase();
  if (event.key === '؟') return '?';
  return /^Key([A-Z])$/.exec(event.code)?.[1]?.toLowerCase() ?? (event.code === 'Slash' ? '/' : null);
}

/** Whether a key that is pressed there is a letter of something, and no order to the page. */
function isWriting(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !/^(range|checkbox)$/.test(target.type);
  return target instanceof HTMLElement && (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName));
}
