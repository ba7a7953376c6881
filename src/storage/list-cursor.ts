import type { ListRequest } from '#kernel/index.ts';
import { listCursorInvalid } from './errors.ts';

/** Where a page ends: the sort value and the key of its last row. */
export interface ListCursor {
  readonly value: string | number | null;
  readonly key: string | number;
}

/** As a text that callers hand back without looking inside. */
export function encodeCursor({ field, order }: ListRequest['sort'], { value, key }: ListCursor): string {
  return Buffer.from(JSON.stringify([field, order, value, key])).toString('base64url');
}

/** @throws LIST_CURSOR_INVALID for what `encodeCursor` did not make for this order */
export function decodeCursor({ field, order }: ListRequest['sort'], after: string): ListCursor {
  const parts = partsOf(after);
  if (parts?.length !== 4 || parts[0] !== field || parts[1] !== order) throw listCursorInvalid({ after });
  const [, , value, key] = parts;
  if (!(value === null || isKey(value)) || !isKey(key)) throw listCursorInvalid({ after });
  return { value, key };
}

function isKey(value: unknown): value is string | number {
  return typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value));
}

function partsOf(after: string): unknown[] | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(after, 'base64url').toString());
    return Array.isArray(parsed) ? parsed : null;
  } catch {
    return null;
  }
}
