import { boardDocuments } from './documents.ts';

/**
 * Asks a server what the page asks first: the negotiations, and the board of the one opened last. What is done for the
 * first time takes three times as long, and whoever opens the page would wait for it. Nothing depends on it: where
 * readers need a key, or there is nothing to read, it ends there.
 */
export async function warmUp(url: string): Promise<void> {
  const list = await ask(url, 'Negotiations', {});
  const slug = list?.data?.negotiations?.nodes[0]?.slug;
  if (slug !== undefined) await ask(url, 'Board', { slug });
}

interface Answer {
  readonly data?: { readonly negotiations?: { readonly nodes: readonly { readonly slug: string }[] } | null } | null;
}

async function ask(url: string, operationName: string, variables: object): Promise<Answer | null> {
  const query = boardDocuments().find((document) => document.includes(`query ${operationName}(`));
  if (query === undefined) return null;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, operationName, variables }),
  }).catch(() => null);
  return response?.ok ? ((await response.json()) as Answer) : null;
}
