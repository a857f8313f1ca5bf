/** A stretch of a text that was searched: found, or around what was found. */
export interface Stretch {
  readonly text: string;
  readonly isFound: boolean;
}

const ENTITIES: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' };

/** Reads the API's highlights, text with <mark> and no other tag, without ever making HTML of them. */
export function highlighted(html: string): Stretch[] {
  return html
    .split(/(<mark>.*?<\/mark>)/su)
    .filter((part) => part !== '')
    .map((part) => {
      const found = /^<mark>(.*)<\/mark>$/su.exec(part)?.[1];
      return { text: plain(found ?? part), isFound: found !== undefined };
    });
}

function plain(text: string): string {
  return text.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => ENTITIES[entity] ?? entity);
}
