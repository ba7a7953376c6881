import { firstBadOffset, jsonFaultAt, type Json } from '#kernel/index.ts';
import { bodyNotJson, bodyPoisoned, bodyTooDeep } from './errors.ts';

/**
 * How deep a body may nest. The old interface allowed 20, which inputs of tasks (parsed documents, syntax trees) pass honestly;
 * a walk over 100 levels needs some ten kilobytes of stack, of about one megabyte there is.
 */
export const deepestBody = 100;

/**
 * Parses the body of a request; an empty one is `undefined`.
 * @throws BODY_NOT_JSON with line and column, BODY_TOO_DEEP, BODY_POISONED
 */
export function parseJsonBody(text: string): Json | undefined {
  if (text.trim() === '') return undefined;
  if (depthOf(text) > deepestBody) throw bodyTooDeep({ limit: deepestBody });
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (caught) {
    const offset = firstBadOffset(text);
    const before = text.slice(0, offset);
    const line = before.split('\n').length;
    throw bodyNotJson({ problem: jsonFaultAt(text, offset), line, column: offset - before.lastIndexOf('\n') }, caught);
  }
  // Keys may be written with escapes, so those texts are looked at as well.
  if (/__proto__|"constructor"|\\u/i.test(text)) refusePoison(value);
  return value;
}

/** The deepest nesting of a JSON text, counted before anything recursive sees it. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isText = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (isText) {
      if (char === 92) at++;
      else if (char === 34) isText = false;
    } else if (char === 34) isText = true;
    else if (char === 91 || char === 123) {
      if (++depth > deepest) deepest = depth;
    } else if (char === 93 || char === 125) depth--;
  }
  return deepest;
}

function refusePoison(value: Json): void {
  const open: Json[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    if (Array.isArray(next)) {
      for (const item of next) open.push(item);
      continue;
    }
    if (Object.hasOwn(next, '__proto__')) throw bodyPoisoned({ key: '__proto__' });
    const made = Object.hasOwn(next, 'constructor') ? next['constructor'] : null;
    if (typeof made === 'object' && made !== null && Object.hasOwn(made, 'prototype')) throw bodyPoisoned({ key: 'constructor.prototype' });
    for (const inner of Object.values(next)) open.push(inner);
  }
}
