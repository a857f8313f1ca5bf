/** What a browser remembers; nothing where it may not, or has no room: it is a convenience, and the page works without. */
export interface Memory {
  recall(key: string): string | null;
  remember(key: string, value: string | null): void;
}

/** @param storage what it is asked for each time, as a browser that keeps nothing throws at that */
function memoryIn(storage: () => Storage): Memory {
  return {
    recall: (key) => {
      try {
        return storage().getItem(key);
      } catch {
        return null;
      }
    },
    remember: (key, value) => {
      try {
        if (value === null) storage().removeItem(key);
        else storage().setItem(key, value);
      } catch {
        // Nor then is it remembered.
      }
    },
  };
}

/** Between visits. */
export const { recall, remember } = memoryIn(() => localStorage);
/** For as long as the tab is open. */
export const ofTab = memoryIn(() => sessionStorage);
