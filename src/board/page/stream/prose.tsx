import type { QuotationType } from '../generated/operations.ts';
import { quotedIn } from '../words/quotes.ts';

/** So much of a text is shown where many stand below each other. */
const SHORT = 900;

interface ProseProps {
  readonly text: string;
  readonly language?: string;
  readonly quotation?: QuotationType;
  readonly short?: boolean;
}

/** A text of the record, set its own way round. What the source said word for word is in serifs, all else is not. */
export function Prose({ text, language, quotation = 'INDIRECT', short = false }: ProseProps) {
  const shown = short && text.length > SHORT ? `${text.slice(0, SHORT).trimEnd()}…` : text;
  return (
    <p className="prose" lang={language} dir="auto">
      {quotation === 'DIRECT' ? (
        <q className="own">{unquoted(shown)}</q>
      ) : (
        quotedIn(shown).map(({ text, own }, index) =>
          own ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: the stretches of one text, which change only together
            <span key={index} className="own">
              {text}
            </span>
          ) : (
            text
          ),
        )
      )}
    </p>
  );
}

/** The words alone: that they are quoted is shown by the marks of the reader's language. */
export function unquoted(text: string): string {
  const [only, ...more] = quotedIn(text.trim());
  return only?.own && more.length === 0 ? only.text.slice(1, -1).trim() : text;
}
