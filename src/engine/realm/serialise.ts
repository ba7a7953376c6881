import { NativeError, apply, arrayPrototype, cut, getPrototypeOf, isArray, keys, objectPrototype, stringify } from './intrinsics.ts';

/** Why there is no JSON text: something JSON cannot hold at `path`, or more characters than allowed. */
export type Refusal = { path: string; reason: string } | { chars: number };

/** A flat string of this size ends the chain of concatenations before it, which would cost more memory than the text. Longer chains keep the collector busy. */
const chunkChars = 1_024;
/** Up to this depth a cycle is found by looking at every ancestor; a set of them only pays for itself beyond. */
const scannedDepth = 100;

/**
 * JSON.stringify that refuses what JSON would lose or mangle (NaN, functions, BigInt, cycles, Map, Set, errors) and says where it is.
 * Does not recurse beyond 50 levels, and stops soon after `limit` characters. Getters of plain objects may be read twice.
 * What the value's own getters, proxies and toJSON throw goes to the caller.
 */
export function serialise(root: unknown, limit: number): string | Refusal {
  // What nearly every task returns needs no more than a look, and then the engine's own stringify, which is ten times as fast.
  if (root !== undefined && !('toJSON' in objectPrototype) && !('toJSON' in arrayPrototype) && plainSize(root, 0, limit) <= limit) {
    const text = stringify(root);
    return text.length > limit ? { chars: text.length } : text;
  }
  return serialiseAny(root, limit);
}

const deepestPlain = 50;
/** Deeper than any reader of JSON can be trusted to go: parsers recurse, the host's included. */
const deepest = 1_000;

/**
 * How many characters of JSON a value of plain objects, arrays, strings, finite numbers, booleans and null takes at least; Infinity
 * when it holds anything else, nests deeper than 50 levels (a cycle does), or takes more than `room`.
 */
function plainSize(value: unknown, depth: number, room: number): number {
  switch (typeof value) {
    case 'string':
      return value.length + 2;
    case 'number':
      return value - value === 0 ? 1 : Infinity;
    case 'boolean':
      return 4;
    case 'undefined':
      // Dropped from objects, null in arrays: as JSON does it.
      return depth > 0 ? 0 : Infinity;
    case 'object':
      break;
    default:
      return Infinity;
  }
  if (value === null) return 4;
  if (depth === deepestPlain) return Infinity;
  const proto: unknown = getPrototypeOf(value);
  let size = 2;
  if (proto === arrayPrototype && isArray(value)) {
    for (let i = 0; i < value.length && size <= room; i += 1) size += 1 + plainSize(value[i], depth + 1, room - size);
  } else if (proto === objectPrototype) {
    const names = keys(value);
    for (let i = 0; i < names.length && size <= room; i += 1) {
      const name = names[i] as string;
      if (name === 'toJSON') return Infinity;
      size += name.length + 3 + plainSize((value as { [key: string]: unknown })[name], depth + 1, room - size);
    }
  } else {
    return Infinity;
  }
  return size;
}

function serialiseAny(root: unknown, limit: number): string | Refusal {
  // The way from the root to the value in hand, one entry per level. Lists and no objects: see `Run` on what shapes cost.
  const holders: object[] = [];
  /** Own enumerable keys of an object; null for an array. */
  const names: (string[] | null)[] = [];
  const lengths: number[] = [];
  const nexts: number[] = [];
  let ancestors: Set<object> | null = null;
  let whole = '';
  let out = '';
  let value = converted(root, '');
  let depth = 0;
  /** Nothing has been written since the innermost level began. */
  let isEmpty = true;

  for (;;) {
    // One value: its text goes out, or it becomes a level.
    let text = scalar(value);
    if (text === null) {
      const inner = unboxed(value);
      const reason = typeof inner === 'object' && inner !== null ? unfit(inner) : reasonOf(inner);
      if (reason !== null) {
        text = scalar(inner);
        if (text === null) return { path: pathOf(names, nexts), reason };
      } else {
        const holder = inner as object;
        if (depth >= deepest) return { path: pathOf(names, nexts), reason: `it is nested more than ${deepest} levels deep` };
        if (depth >= scannedDepth) ancestors ??= new Set(holders);
        if (ancestors === null ? isAmong(holders, holder) : ancestors.has(holder)) {
          return { path: pathOf(names, nexts), reason: 'the value contains itself' };
        }
        ancestors?.add(holder);
        const isList = isArray(holder);
        holders[depth] = holder;
        const own = isList ? null : keys(holder);
        names[depth] = own;
        lengths[depth] = own === null ? (holder as unknown[]).length : own.length;
        nexts[depth] = 0;
        depth += 1;
        isEmpty = true;
        text = isList ? '[' : '{';
      }
    }
    out += text;

    // The next value: the next property of the innermost level that has one.
    for (;;) {
      if (out.length > chunkChars) {
        // Reading a character makes V8 flatten the concatenations.
        void out[0];
        whole += out;
        out = '';
        if (whole.length > limit) return { chars: whole.length };
      }
      if (depth === 0) {
        whole += out;
        return whole.length > limit ? { chars: whole.length } : whole;
      }
      const top = depth - 1;
      const holder = holders[top] as { [key: string]: unknown };
      const own = names[top] as string[] | null;
      const index = nexts[top] as number;
      if (index >= (lengths[top] as number)) {
        out += own === null ? ']' : '}';
        ancestors?.delete(holder);
        depth = top;
        holders.length = names.length = lengths.length = nexts.length = top;
        isEmpty = false;
        continue;
      }
      nexts[top] = index + 1;
      if (own === null) {
        if (index > 0) out += ',';
        value = converted(holder[index], `${index}`);
        break;
      }
      const name = own[index] as string;
      value = converted(holder[name], name);
      if (value === undefined) continue;
      out += isEmpty ? `${stringify(name)}:` : `,${stringify(name)}:`;
      isEmpty = false;
      break;
    }
  }
}

function isAmong(holders: readonly object[], holder: object): boolean {
  for (let i = 0; i < holders.length; i += 1) if (holders[i] === holder) return true;
  return false;
}

/** What toJSON makes of the value, where it has one. */
function converted(value: unknown, name: string): unknown {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return value;
  const toJson = (value as { toJSON?: unknown }).toJSON;
  return typeof toJson === 'function' ? apply(toJson, value, [name]) : value;
}

function scalar(value: unknown): string | null {
  switch (typeof value) {
    case 'string':
      return stringify(value);
    case 'number':
      // Infinity - Infinity and NaN - NaN are NaN.
      return value - value === 0 ? `${value}` : null;
    case 'boolean':
      return value ? 'true' : 'false';
    case 'undefined':
      return 'null';
    default:
      return value === null ? 'null' : null;
  }
}

function unboxed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const proto: unknown = getPrototypeOf(value);
  if (proto === objectPrototype || proto === arrayPrototype) return value;
  if (value instanceof String || value instanceof Number || value instanceof Boolean || value instanceof BigInt) return value.valueOf();
  return value;
}

function reasonOf(value: unknown): string | null {
  switch (typeof value) {
    case 'number':
      return `${value} is not a JSON number`;
    case 'bigint':
      return 'a BigInt is not JSON';
    case 'function':
      return 'a function is not JSON';
    case 'symbol':
      return 'a symbol is not JSON';
    default:
      return 'not JSON';
  }
}

/** What JSON.stringify would turn into `{}` without a word. */
function unfit(value: object): string | null {
  const proto: unknown = getPrototypeOf(value);
  if (proto === objectPrototype || proto === arrayPrototype || proto === null) return null;
  if (value instanceof Map) return 'a Map is not JSON; use Object.fromEntries(map) or [...map]';
  if (value instanceof Set) return 'a Set is not JSON; use [...set]';
  if (value instanceof Promise) return 'a promise is not JSON; await it first';
  if (value instanceof NativeError) return 'an error object is not JSON; return its message';
  if (value instanceof WeakMap || value instanceof WeakSet) return 'a WeakMap or WeakSet is not JSON';
  if (value instanceof ArrayBuffer) return 'an ArrayBuffer is not JSON; encode its bytes as text';
  if (value instanceof RegExp) return 'a regular expression is not JSON; return its source';
  return null;
}

/** `items[3].total`, cut where it gets too long to read; '' for the value as a whole. */
function pathOf(names: readonly (readonly string[] | null)[], nexts: readonly number[]): string {
  let path = '';
  for (let i = 0; i < nexts.length; i += 1) {
    if (path.length > 200) return `${path}...`;
    const own = names[i] as readonly string[] | null;
    const index = (nexts[i] as number) - 1;
    if (own === null) {
      path += `[${index}]`;
    } else {
      const name = cut(own[index] as string, 100);
      if (/^[A-Za-z_$][\w$]*$/.test(name)) path += path === '' ? name : `.${name}`;
      else path += `[${stringify(name)}]`;
    }
  }
  return path;
}
