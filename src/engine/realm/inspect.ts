import { inspectTag } from './inspect-tag.ts';
import { NativeDate, cut, getOwnPropertyDescriptor, getPrototypeOf, isArray, stringify } from './intrinsics.ts';

const mostDepth = 4;
const mostItems = 100;
const mostWidth = 100;
const mostChars = 100_000;

interface State {
  parents: object[];
  /** Characters that may still be made; a value with millions of parts ends in dots instead of in a log of megabytes. */
  room: number;
}

/** Joins the arguments of console.log: `%s %d %i %f %j %o %O %c %%` in a first text, the rest inspected. */
export function formatted(args: readonly unknown[]): string {
  let text = '';
  let next = 0;
  if (typeof args[0] === 'string') {
    next = 1;
    text =
      args.length === 1
        ? args[0]
        : args[0].replace(/%[sdifjoOc%]/g, (mark) => {
            if (mark === '%%') return '%';
            if (next >= args.length) return mark;
            const value = args[next];
            next += 1;
            return converted(mark, value);
          });
  }
  for (let i = next; i < args.length && text.length < mostChars; i += 1) {
    const value = args[i];
    text += `${i > 0 ? ' ' : ''}${typeof value === 'string' ? value : inspect(value)}`;
  }
  return text;
}

function converted(mark: string, value: unknown): string {
  switch (mark) {
    case '%s':
      return typeof value === 'string' ? value : typeof value === 'object' && value !== null ? inspect(value) : bigOrText(value);
    case '%d':
      return typeof value === 'object' ? 'NaN' : typeof value === 'bigint' ? `${value}n` : `${Number(value)}`;
    case '%i':
      return typeof value === 'object' ? 'NaN' : `${Math.trunc(Number(value))}`;
    case '%f':
      return typeof value === 'symbol' ? 'NaN' : `${Number(value)}`;
    case '%j':
      return jsonOrReason(value);
    case '%c':
      return '';
    default:
      return inspect(value);
  }
}

function bigOrText(value: unknown): string {
  return typeof value === 'bigint' ? `${value}n` : Object.is(value, -0) ? '-0' : String(value);
}

function jsonOrReason(value: unknown): string {
  try {
    return String(stringify(value));
  } catch {
    return '[not JSON]';
  }
}

/** A value as text for people. Calls no getter and never throws. */
export function inspect(value: unknown): string {
  try {
    return shown(value, { parents: [], room: mostChars });
  } catch {
    return '[cannot be shown]';
  }
}

function shown(value: unknown, state: State): string {
  const text = typeof value === 'object' && value !== null ? shownObject(value, state) : shownScalar(value);
  state.room -= text.length;
  return text;
}

function shownScalar(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quoted(cut(value, 10_000));
    case 'bigint':
      return `${value}n`;
    case 'symbol':
      return String(value);
    case 'function':
      return shownFunction(value);
    default:
      return Object.is(value, -0) ? '-0' : String(value);
  }
}

/** Single quotes, as in Node, unless the text has some. */
function quoted(text: string): string {
  const json = stringify(text);
  if (!text.includes("'")) return `'${json.slice(1, -1).replaceAll('\\"', '"')}'`;
  if (!text.includes('"')) return json;
  return `\`${json.slice(1, -1).replaceAll('\\"', '"')}\``;
}

function shownFunction(value: object): string {
  const name: unknown = getOwnPropertyDescriptor(value, 'name')?.value;
  const label = typeof name === 'string' && name !== '' ? name : null;
  const isClass = /^class\b/.test(Function.prototype.toString.call(value).slice(0, 10));
  if (isClass) return `[class ${label ?? '(anonymous)'}]`;
  return label === null ? '[Function (anonymous)]' : `[Function: ${cut(label, 100)}]`;
}

function shownObject(value: object, state: State): string {
  if (state.parents.includes(value)) return '[Circular]';
  if (state.room <= 0) return '...';
  if (value instanceof Error) return shownError(value, state);
  if (value instanceof NativeDate) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof RegExp) return String(value);
  if (value instanceof Promise) return 'Promise {}';
  if (value instanceof String || value instanceof Number || value instanceof Boolean) {
    return `[${value.constructor.name}: ${shownScalar(value.valueOf())}]`;
  }
  const name = classOf(value);
  if (state.parents.length > mostDepth) return isArray(value) ? '[Array]' : `[${name === '' ? 'Object' : name}]`;
  state.parents.push(value);
  try {
    return shownParts(value, name, state);
  } finally {
    state.parents.pop();
  }
}

function shownParts(value: object, name: string, state: State): string {
  if (inspectTag in value) {
    const parts = (value as { [inspectTag]: () => unknown })[inspectTag]();
    return `${name} ${typeof parts === 'object' ? shownObject(parts as object, state) : String(parts)}`;
  }
  if (isArray(value)) {
    const prefix = name === 'Array' ? '' : `${name}(${value.length}) `;
    return (
      prefix +
      wrapped(
        '[',
        listed(value.length, (i) => (i in value ? shown(value[i], state) : '<empty>'), state),
        ']',
      )
    );
  }
  if (value instanceof Map) {
    const pairs = [...value.entries()];
    const parts = listed(pairs.length, (i) => `${shown(pairs[i]?.[0], state)} => ${shown(pairs[i]?.[1], state)}`, state);
    return `${name}(${value.size}) ${wrapped('{', parts, '}')}`;
  }
  if (value instanceof Set) {
    const items = [...value];
    return `${name}(${value.size}) ${wrapped(
      '{',
      listed(items.length, (i) => shown(items[i], state), state),
      '}',
    )}`;
  }
  if (value instanceof ArrayBuffer) return `ArrayBuffer { byteLength: ${value.byteLength} }`;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const items = value as unknown as ArrayLike<number>;
    return `${name}(${items.length}) ${wrapped(
      '[',
      listed(items.length, (i) => shown(items[i], state), state),
      ']',
    )}`;
  }
  const parts = properties(value, state);
  const prefix = name === 'Object' ? '' : `${name === '' ? '[Object: null prototype]' : name} `;
  return parts.length === 0 ? `${prefix}{}` : prefix + wrapped('{', parts, '}');
}

function shownError(value: Error, state: State): string {
  // V8 keeps the stack behind an accessor of its own.
  const stack: unknown = value.stack;
  const text = typeof stack === 'string' && stack !== '' ? stack : `${value.name}: ${value.message}`;
  state.parents.push(value);
  try {
    const parts = properties(value, state, ['stack', 'message']);
    const { cause } = value;
    if (cause !== undefined) parts.push(`[cause]: ${shown(cause, state)}`);
    return cut(parts.length === 0 ? text : `${text} ${wrapped('{', parts, '}')}`, 20_000);
  } finally {
    state.parents.pop();
  }
}

function properties(value: object, state: State, without: readonly string[] = []): string[] {
  const names = Reflect.ownKeys(value).filter((key) => typeof key === 'symbol' || !without.includes(key));
  const kept = names.filter((key) => getOwnPropertyDescriptor(value, key)?.enumerable === true);
  return listed(
    kept.length,
    (i) => {
      const key = kept[i] as string | symbol;
      const descriptor = getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
      const label = typeof key === 'symbol' ? `[${String(key)}]` : /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key);
      if (descriptor.get !== undefined) return `${label}: ${descriptor.set === undefined ? '[Getter]' : '[Getter/Setter]'}`;
      return `${label}: ${descriptor.set === undefined ? shown(descriptor.value, state) : '[Setter]'}`;
    },
    state,
  );
}

function listed(length: number, part: (index: number) => string, state: State): string[] {
  const parts: string[] = [];
  const end = Math.min(length, mostItems);
  for (let i = 0; i < end && state.room > 0; i += 1) parts.push(part(i));
  const left = length - parts.length;
  if (left > 0) parts.push(`... ${left} more item${left === 1 ? '' : 's'}`);
  return parts;
}

function wrapped(open: string, parts: readonly string[], close: string): string {
  if (parts.length === 0) return open + close;
  const space = open === '{' || open === '[' ? ' ' : '';
  const line = `${open}${space}${parts.join(', ')}${space}${close}`;
  if (line.length <= mostWidth && !line.includes('\n')) return line;
  return `${open}\n  ${parts.map((part) => part.replaceAll('\n', '\n  ')).join(',\n  ')}\n${close}`;
}

/** The name of the class of a value; '' for an object without prototype. */
function classOf(value: object): string {
  for (
    let proto = value as object | null, steps = 0;
    proto !== null && steps < 10;
    proto = getPrototypeOf(proto) as object | null, steps += 1
  ) {
    const made: unknown = getOwnPropertyDescriptor(proto, 'constructor')?.value;
    if (typeof made !== 'function') continue;
    const name: unknown = getOwnPropertyDescriptor(made, 'name')?.value;
    if (typeof name === 'string' && name !== '') return cut(name, 100);
  }
  return '';
}
