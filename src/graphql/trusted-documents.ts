import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { z } from 'zod';

/** The file of trusted documents is none: the message says why, of it. */
export class BadManifestError extends Error {}

/** What a client may send in place of a document: its id in the manifest, or its hash as Apollo's clients do. */
const byReference = z.object({
  query: z.string().nullish(),
  documentId: z.string().optional(),
  extensions: z.object({ persistedQuery: z.object({ sha256Hash: z.string() }).optional() }).nullish(),
});

const manifest = z.record(z.string().min(1), z.string().min(1));

/**
 * The only documents that are run, when there are any: what the clients of a desk were built with, as code generators
 * write it down (`{ "<id>": "<document>", … }`).
 */
export class TrustedDocuments {
  readonly #byId: ReadonlyMap<string, string>;
  readonly #texts: ReadonlySet<string>;

  /** @param texts trusted as well, without ids */
  constructor(documents: Readonly<Record<string, string>>, texts: readonly string[] = []) {
    this.#byId = new Map(
      Object.entries(documents).flatMap(([id, text]) => [
        [id, text],
        [createHash('sha256').update(text).digest('hex'), text],
      ]),
    );
    this.#texts = new Set([...Object.values(documents), ...texts]);
  }

  /** @throws BadManifestError */
  static async read(path: string, texts: readonly string[] = []): Promise<TrustedDocuments> {
    const text = await readFile(path, 'utf8').catch((error: Error) => {
      throw new BadManifestError(`cannot be read: ${error.message}.`);
    });
    try {
      return new TrustedDocuments(manifest.parse(JSON.parse(text)), texts);
    } catch {
      throw new BadManifestError(`must be a JSON object of ids and documents; ${path} is not.`);
    }
  }

  /**
   * The document that a client means by an id.
   * @returns null when it sends no id, or a document beside it; nothing to run when the id is none of ours
   */
  lookUp(reference: unknown): string | null {
    const read = byReference.safeParse(reference);
    if (!read.success || read.data.query) return null;
    const id = read.data.documentId ?? read.data.extensions?.persistedQuery?.sha256Hash;
    return id === undefined ? null : (this.#byId.get(id.replace(/^sha256:/, '')) ?? '');
  }

  /** Puts documents in the place of their ids over HTTP, and reads no other than those that are trusted, over whatever. */
  get plugin(): Plugin {
    return {
      onParams: ({ params, setParams }) => {
        const query = this.lookUp(params);
        if (query !== null) setParams({ variables: params.variables, operationName: params.operationName, query });
      },
      onParse: ({ params: { source } }) => {
        if (!this.#texts.has(String(source))) throw notTrusted();
      },
    };
  }
}

function notTrusted(): GraphQLError {
  return new GraphQLError('This server runs only documents that it knows.', {
    extensions: { code: 'DOCUMENT_NOT_TRUSTED', http: { spec: true, status: 400 } },
  });
}
