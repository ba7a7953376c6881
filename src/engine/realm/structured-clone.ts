import { eventGlobals } from './events.ts';
import { NativeDate, bare, defineProperty, isArray, keys } from './intrinsics.ts';

type Keyed = { [key: string]: unknown };

/** A deep copy: plain data, Map, Set, Date, RegExp, errors, buffers and typed arrays, cycles kept. Throws DataCloneError for the rest. */
function structuredClone(value: unknown, options?: { transfer?: unknown[] }): unknown {
  if (arguments.length === 0) throw new TypeError('structuredClone needs a value');
  if (options?.transfer !== undefined && options.transfer.length > 0) {
    throw new (eventGlobals().DOMException)('structuredClone cannot transfer here; it copies', 'DataCloneError');
  }
  return copy(value, new Map());
}

function copy(value: unknown, seen: Map<object, unknown>): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') throw uncloneable(value);
  if (typeof value !== 'object' || value === null) return value;
  if (seen.has(value)) return seen.get(value);
  const made = shell(value, seen);
  seen.set(value, made);
  if (value instanceof Map) {
    // Taken first: the copy must not see what a getter adds on the way.
    const entries = [...value];
    for (const [key, item] of entries) (made as Map<unknown, unknown>).set(copy(key, seen), copy(item, seen));
  } else if (value instanceof Set) {
    const items = [...value];
    for (const item of items) (made as Set<unknown>).add(copy(item, seen));
  } else if (value instanceof Error) {
    for (const name of ['stack', 'cause'] as const) {
      if (Object.hasOwn(value, name)) defineProperty(made as object, name, hidden(copy(value[name], seen)));
    }
  } else if (isArray(value) || tagOf(value) === 'Object') {
    for (const name of keys(value)) {
      defineProperty(made as object, name, {
        value: copy((value as Keyed)[name], seen),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
  }
  return made;
}

/** The empty or finished counterpart of a value; its parts are copied after it is known, so that cycles find it. */
function shell(value: object, seen: Map<object, unknown>): unknown {
  if (isArray(value)) return arrayOf(value.length);
  const tag = tagOf(value);
  if (value instanceof Map) return new Map();
  if (value instanceof Set) return new Set();
  if (value instanceof NativeDate) return new NativeDate(value.getTime());
  if (value instanceof RegExp) return new RegExp(value.source, value.flags);
  if (value instanceof ArrayBuffer) return value.slice(0);
  if (ArrayBuffer.isView(value)) return viewOf(value, copy(value.buffer, seen) as ArrayBuffer);
  if (value instanceof Error) return errorOf(value);
  if (value instanceof Boolean || value instanceof Number || value instanceof String || value instanceof BigInt) {
    return Object(value.valueOf()) as object;
  }
  if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet || value instanceof WeakRef || tag !== 'Object') {
    throw uncloneable(value);
  }
  return {};
}

function arrayOf(length: number): unknown[] {
  const made: unknown[] = [];
  made.length = length;
  return made;
}

function viewOf(value: ArrayBufferView, buffer: ArrayBuffer): unknown {
  const View = value.constructor as new (buffer: ArrayBuffer, offset: number, length: number) => unknown;
  return new View(buffer, value.byteOffset, value instanceof DataView ? value.byteLength : (value as Uint8Array).length);
}

function errorOf(value: Error): Error {
  const known = bare<new (message?: string) => Error>();
  for (const made of [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError]) known[made.name] = made;
  const Class = known[String(value.name)] ?? Error;
  return 'message' in value && value.message !== '' ? new Class(String(value.message)) : new Class();
}

function hidden(value: unknown): PropertyDescriptor {
  return { value, configurable: true, writable: true };
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

function uncloneable(value: unknown): Error {
  const what = typeof value === 'object' && value !== null ? `#<${value.constructor?.name ?? 'Object'}>` : String(value).slice(0, 200);
  return new (eventGlobals().DOMException)(`${what} could not be cloned.`, 'DataCloneError');
}

export function cloneGlobals(): { [name: string]: unknown } {
  return { structuredClone };
}
