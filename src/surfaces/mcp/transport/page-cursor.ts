import { JsonRpcError, rpcCodes } from './json-rpc-error.ts';

const pageSize = 50;

/** A page of a list that is known as a whole. A cursor is the index at which its page begins, in base64. @throws JsonRpcError for another text */
export function pageAt<Item>(
  all: readonly Item[],
  cursor: string | undefined,
): { readonly items: readonly Item[]; readonly nextCursor?: string } {
  const start = cursor === undefined ? 0 : startOf(cursor);
  const end = start + pageSize;
  return { items: all.slice(start, end), ...(end < all.length ? { nextCursor: Buffer.from(String(end)).toString('base64') } : {}) };
}

function startOf(cursor: string): number {
  const text = Buffer.from(cursor, 'base64').toString('utf8');
  if (!/^\d{1,9}$/.test(text)) throw new JsonRpcError(rpcCodes.invalidParams, `Invalid cursor: ${cursor.slice(0, 100)}`);
  return Number(text);
}
