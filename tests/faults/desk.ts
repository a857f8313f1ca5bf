/** What became of an input: written, refused so that nothing was written, or nobody knows. */
export type Answer =
  | { readonly became: 'written'; readonly statement: { id: string; revision: number } | null }
  | { readonly became: 'refused' | 'unknown'; readonly why: string };

interface Result {
  readonly __typename: string;
  readonly statement?: { id: string; revision: number };
  readonly message?: string;
}

const MOST_MS = 15_000;

/** Asks a node as the desk does. @throws when it does not answer, or with errors */
export async function ask<Data>(url: string, key: string | null, query: string, variables: object = {}): Promise<Data> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key !== null && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(MOST_MS),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

/** Sends one mutation. Whatever is no clear answer, of a node or a database that goes down, is unknown. */
export async function write(url: string, key: string, name: string, input: object): Promise<Answer> {
  const type = name.charAt(0).toUpperCase() + name.slice(1);
  const isOfStatement = name.endsWith('Statement');
  const query = `mutation Write($input: ${type}Input!) { result: ${name}(input: $input) {
    __typename ... on ${type}Payload { cursor ${isOfStatement ? 'statement { id revision }' : ''} }
    ... on Error { message } } }`;
  try {
    const { result } = await ask<{ result: Result }>(url, key, query, { input });
    return result.__typename === `${type}Payload`
      ? { became: 'written', statement: result.statement ?? null }
      : { became: 'refused', why: result.message ?? result.__typename };
  } catch (error) {
    return { became: 'unknown', why: String(error) };
  }
}
