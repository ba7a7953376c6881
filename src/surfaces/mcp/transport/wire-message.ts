import type { Json } from '#kernel/index.ts';
import { parseJsonBody } from '#surfaces/http/index.ts';
import type { JSONRPCMessage } from '@modelcontextprotocol/server';
import { messageInvalid } from '../errors.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A message on the wire, or several in one array, unchecked. @throws BODY_NOT_JSON, BODY_TOO_DEEP, BODY_POISONED, MCP_MESSAGE_INVALID */
export function readWire(text: string): Json {
  const value = parseJsonBody(text);
  if (value === undefined) throw messageInvalid({ problem: 'it is empty' });
  return value;
}

/** @throws MCP_MESSAGE_INVALID */
export function checkMessage(value: unknown): JSONRPCMessage {
  const problem = problemOf(value);
  if (problem !== null) throw messageInvalid({ problem });
  return value as JSONRPCMessage;
}

/** @returns null for a message */
function problemOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return `it is ${value === null ? 'null' : `a ${typeof value}`}`;
  if (Array.isArray(value)) return 'it is an array';
  const { jsonrpc, id, method, params, result, error } = value as Fields;
  if (jsonrpc !== '2.0') return 'jsonrpc is not "2.0"';
  const hasId = Object.hasOwn(value, 'id');
  if (hasId && typeof id !== 'string' && !(typeof id === 'number' && Number.isInteger(id)))
    return 'id is neither a text nor a whole number';
  if (method !== undefined) {
    if (typeof method !== 'string') return 'method is no text';
    return params === undefined || isObject(params) ? null : 'params is no object';
  }
  if (!hasId) return 'it has neither a method nor an id';
  return isObject(result) || isObject(error) ? null : 'it has neither a method nor a result';
}

/** The id to answer to; null where there is none to be found. */
export function idOf(value: unknown): string | number | null {
  if (!isObject(value)) return null;
  const { id } = value;
  return typeof id === 'string' || (typeof id === 'number' && Number.isInteger(id)) ? id : null;
}

export function isRequest(
  message: unknown,
): message is { readonly id: string | number; readonly method: string; readonly params?: Fields } {
  return isObject(message) && typeof message['method'] === 'string' && idOf(message) !== null;
}

/** Whether a message says which revision it is of, as all do since 2026-07-28. */
export function saysItsRevision(message: unknown): boolean {
  const meta = isObject(message) && isObject(message['params']) ? message['params']['_meta'] : undefined;
  return isObject(meta) && meta['io.modelcontextprotocol/protocolVersion'] !== undefined;
}

/** Arrays of messages were part of MCP until 2025-06-18. */
export function mayBatch(revision: string | null): boolean {
  return revision === null || revision < '2025-06-18';
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
