import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { graphqlRequestInvalid, persistedQueriesOnly, persistedQueryMismatch, persistedQueryNotFound } from '../errors.ts';

export interface GraphqlRequest {
  readonly query?: unknown;
  readonly variables?: unknown;
  readonly operationName?: unknown;
  readonly extensions?: unknown;
  /** Names a stored document, as `sha256:...`. */
  readonly documentId?: unknown;
}

/** Finds the text of a document that may be named by its hash instead of being sent. */
export interface PersistedDocuments {
  /** @throws PERSISTED_QUERY_NOT_FOUND, PERSISTED_QUERY_MISMATCH, PERSISTED_QUERIES_ONLY, GRAPHQL_REQUEST_INVALID */
  textOf(request: GraphqlRequest): Promise<string>;
}

const keptBytes = 4 * 1024 ** 2;

/**
 * Documents of a folder, read when one is first asked for, and those that clients have sent with their hash, the latest few megabytes.
 * @param isOnly none but those of the folder are run
 */
export function createPersistedDocuments(folder: string | null, isOnly: boolean): PersistedDocuments {
  const sent = new LRUCache<string, string>({ maxSize: keptBytes, sizeCalculation: (text) => text.length + 100 });
  let stored: Promise<ReadonlyMap<string, string>> | null = null;
  const read = () =>
    (stored ??=
      folder === null
        ? Promise.resolve(new Map())
        : readStored(folder).catch((caught: unknown) => {
            // Whoever mends the folder need not start the server again.
            stored = null;
            throw caught;
          }));

  return {
    async textOf(request) {
      const hash = hashOf(request);
      const { query } = request;
      if (query !== undefined && query !== null && typeof query !== 'string') throw graphqlRequestInvalid({ problem: 'query is no text' });
      const text = typeof query === 'string' && query !== '' ? query : null;
      if (text === null && hash === null) throw graphqlRequestInvalid({ problem: 'it has no query' });
      if (text !== null && hash !== null && sha256(text) !== hash) throw persistedQueryMismatch({});
      if (isOnly) {
        const found = (await read()).get(hash ?? sha256(text!));
        if (found === undefined) throw text === null ? persistedQueryNotFound({ hash: hash! }) : persistedQueriesOnly({});
        return found;
      }
      if (text !== null) {
        if (hash !== null) sent.set(hash, text);
        return text;
      }
      const found = sent.get(hash!) ?? (await read()).get(hash!);
      if (found === undefined) throw persistedQueryNotFound({ hash: hash! });
      return found;
    },
  };
}

function hashOf({ extensions, documentId }: GraphqlRequest): string | null {
  const { persistedQuery } = (extensions ?? {}) as { persistedQuery?: { sha256Hash?: unknown } };
  const said = persistedQuery?.sha256Hash ?? documentId ?? null;
  if (said === null) return null;
  const hash = typeof said === 'string' ? said.replace(/^sha256:/, '').toLowerCase() : '';
  if (!/^[0-9a-f]{64}$/.test(hash)) throw graphqlRequestInvalid({ problem: 'the hash of the document is no SHA-256 in hexadecimal' });
  return hash;
}

async function readStored(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(folder)).filter((name) => /\.(?:graphql|gql)$/.test(name));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  // Editors end files with a line that programs do not send.
  return new Map(texts.flatMap((text) => [text, text.trimEnd()].map((each) => [sha256(each), each] as const)));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
