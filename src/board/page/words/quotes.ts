/** A stretch of a statement: the source's own words, quotation marks included, or the desk's. */
export interface Stretch {
  readonly text: string;
  readonly own: boolean;
}

const PAIRS: Record<string, string> = { '“': '”', '«': '»', '„': '“', '"': '"', '「': '」' };
const OPENING = new RegExp(`[${Object.keys(PAIRS).join('')}]`, 'g');

/** Splits a text into what stands in quotation marks and what does not; a mark that is never closed opens nothing. */
export function quotedIn(text: string): Stretch[] {
  const stretches: Stretch[] = [];
  let done = 0;
  OPENING.lastIndex = 0;
  for (let opening = OPENING.exec(text); opening !== null; opening = OPENING.exec(text)) {
    const end = text.indexOf(PAIRS[opening[0]] ?? '', opening.index + 1);
    if (end === -1) continue;
    if (opening.index > done) stretches.push({ text: text.slice(done, opening.index), own: false });
    done = end + 1;
    stretches.push({ text: text.slice(opening.index, done), own: true });
    OPENING.lastIndex = done;
  }
  if (done < text.length) stretches.push({ text: text.slice(done), own: false });
  return stretches;
}
