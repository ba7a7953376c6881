import { resolve } from 'node:path';
import { databaseUrlInvalid } from './errors.ts';

/** Where a database is, read from its address. */
export type DatabaseAddress =
  /** `file` null: in memory. */
  | { readonly dialect: 'sqlite'; readonly file: string | null; readonly where: string }
  /** `schema` null: the one the server chooses. `where` is for people and holds no password. */
  | { readonly dialect: 'postgres'; readonly url: string; readonly schema: string | null; readonly where: string };

/**
 * Reads `sqlite:<path>`, `sqlite://<path>`, `sqlite::memory:` and `postgres://user:password@host:port/database?schema=name`.
 * @throws DATABASE_URL_INVALID
 */
export function parseDatabaseAddress(url: string): DatabaseAddress {
  if (/^sqlite:/i.test(url)) {
    const path = url.replace(/^sqlite:(?:\/\/)?/i, '');
    if (path === '') throw databaseUrlInvalid({ url, problem: 'it names no file' });
    if (path === ':memory:') return { dialect: 'sqlite', file: null, where: 'memory' };
    if (path.includes('\0')) throw databaseUrlInvalid({ url, problem: 'a path cannot hold a zero byte' });
    const file = resolve(path);
    return { dialect: 'sqlite', file, where: file };
  }
  if (!/^postgres(?:ql)?:\/\//i.test(url))
    throw databaseUrlInvalid({ url: withoutPassword(url), problem: 'it begins with neither sqlite: nor postgres://' });
  if (!URL.canParse(url)) throw databaseUrlInvalid({ url: withoutPassword(url), problem: 'it is no URL' });
  const parsed = new URL(url);
  const schema = parsed.searchParams.get('schema');
  parsed.searchParams.delete('schema');
  // It goes into the options of the connection, where nothing could be quoted.
  if (schema !== null && !/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
    throw databaseUrlInvalid({ url: withoutPassword(url), problem: 'a schema is lower-case letters, digits and _' });
  }
  const where = `${parsed.hostname || 'localhost'}:${parsed.port || '5432'}${parsed.pathname}${schema === null ? '' : `?schema=${schema}`}`;
  return { dialect: 'postgres', url: parsed.href, schema, where };
}

function withoutPassword(url: string): string {
  return url.replace(/^([a-z]+:\/\/[^/@:]*):[^@]*@/i, '$1:***@');
}
