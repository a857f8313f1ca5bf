/** How many statements each connection keeps at most, and how often one has come before it is kept. */
const PREPARED_MOST = 300;
/** How many characters they have together, and each, at most: a plan takes a connection a hundred times its text. */
const PREPARED_CHARACTERS = 300_000;
const PREPARED_LENGTH = 12_000;
const PREPARED_AFTER = 3;

/** For how long names are kept at least, when there is no room for more. */
const PREPARED_MS = 60_000;

/**
 * Names for statements that come often, by their text, so that each connection parses and plans them once. When there is no
 * room for one that has begun to come often, all are forgotten, with the connections that know them: what still comes often
 * has its name back in a moment.
 * @param forget has other connections take the place of those that know the names
 */
export function statementNames(forget: () => void): (text: string) => string | undefined {
  const counts = new Map<string, number>();
  const names = new Map<string, string>();
  let characters = 0;
  let made = 0;
  let since = Date.now();
  return (text) => {
    const known = names.get(text);
    if (known !== undefined || text.length > PREPARED_LENGTH) return known;
    if (counts.size > 10 * PREPARED_MOST) counts.clear();
    const count = (counts.get(text) ?? 0) + 1;
    counts.set(text, count);
    if (count < PREPARED_AFTER) return undefined;
    if (names.size >= PREPARED_MOST || characters + text.length > PREPARED_CHARACTERS) {
      if (Date.now() - since < PREPARED_MS) return undefined;
      names.clear();
      characters = 0;
      since = Date.now();
      forget();
    }
    counts.delete(text);
    characters += text.length;
    made += 1;
    names.set(text, `parley_${made}`);
    return names.get(text);
  };
}
