import { inputRejected, type Operation, type RestProjection } from '#kernel/index.ts';
import { isRecord } from './error-from-body.ts';
import { addTo, listQuery } from './list-query.ts';

/** What the client needs to know of an operation or a stream. */
export type Callable = Pick<Operation, 'name' | 'input' | 'on'>;

/** A call as it goes over the wire. */
export interface WireCall {
  readonly method: string;
  /** Below /api/v1, with its query. */
  readonly path: string;
  /** JSON text, or null for none. */
  readonly body: string | null;
}

/** How an operation shows over REST, with what is usual filled in. */
export function restOf({ name, on }: Callable): RestProjection & { readonly method: string; readonly path: string } {
  const rest = typeof on.rest === 'string' ? { route: on.rest } : on.rest;
  if (rest === undefined) throw new TypeError(`${name} is not served over REST`);
  const [method = 'GET', path = '/'] = rest.route.split(' ');
  return { ...rest, method, path: path.replaceAll(/\{(\w+)\}/g, ':$1') };
}

/** Whether it is a list, which has a query of its own and answers with pages. */
export function isList(operation: Callable): boolean {
  return restOf(operation).method === 'GET' && operation.input.meta()?.['listing'] !== undefined;
}

/**
 * Method, path, query and body of a call: fields named in the path go there, the others into the query of a GET or DELETE and into the body
 * of everything else.
 * @throws REQUEST_INVALID for a field of the path that is missing or cannot stand in one
 */
export function wireCallOf(operation: Callable, input: unknown): WireCall {
  const { method, path } = restOf(operation);
  const rest = new Map(Object.entries(isRecord(input) ? input : {}));
  const filled = path.replaceAll(/:([A-Za-z]\w*)/g, (_, field: string) => {
    const value = rest.get(field);
    rest.delete(field);
    return segmentOf(operation.name, field, value);
  });
  const others = Object.fromEntries(rest);
  if (method !== 'GET' && method !== 'DELETE') return { method, path: filled, body: JSON.stringify(others) };
  const query = isList(operation) ? listQuery(others) : new URLSearchParams();
  if (!isList(operation)) addTo(query, others);
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
