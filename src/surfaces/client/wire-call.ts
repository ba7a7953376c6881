import { inputRejected } from '#kernel/call.ts';
import { isRecord } from './error-from-body.ts';
import { addTo, listQuery } from './list-query.ts';
import type { WireOperation } from './wire-operation.ts';

/** A call as it goes over the wire. */
export interface WireCall {
  readonly method: string;
  /** Below /api/v1, with its query. */
  readonly path: string;
  /** JSON text, or null for none. */
  readonly body: string | null;
}

/**
 * Method, path, query and body of a call: fields named in the path go there, the others into the query of a GET or DELETE and into the body
 * of everything else.
 * @throws REQUEST_INVALID for a field of the path that is missing or cannot stand in one
 */
export function wireCallOf({ name, method, path, shape }: WireOperation, input: unknown): WireCall {
  const rest = new Map(Object.entries(isRecord(input) ? input : {}));
  const filled = path.replaceAll(/:([A-Za-z]\w*)/g, (_, field: string) => {
    const value = rest.get(field);
    rest.delete(field);
    return segmentOf(name, field, value);
  });
  const others = Object.fromEntries(rest);
  if (method !== 'GET' && method !== 'DELETE') return { method, path: filled, body: JSON.stringify(others) };
  const query = shape === 'page' ? listQuery(others) : new URLSearchParams();
  if (shape !== 'page') addTo(query, others);
  const text = query.toString();
  return { method, path: text === '' ? filled : `${filled}?${text}`, body: null };
}

/** A piece of a path. Dots alone would lead to another path, whatever their encoding. */
function segmentOf(operation: string, path: string, value: unknown): string {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  if (text !== '' && text !== '.' && text !== '..') return encodeURIComponent(text);
  const message = value === undefined ? 'is required' : `cannot be ${JSON.stringify(value)}`;
  throw inputRejected({ operation, problems: [{ path, message }] });
}
