import { NativeError, cut, keys, stringify } from './intrinsics.ts';
import { serialise } from './serialise.ts';

const mostMessageChars = 10_000;
const mostStackChars = 20_000;
const mostFields = 50;
const mostFieldChars = 10_000;

/** A RealmFailure of kind `threw` as JSON text, from whatever was thrown. Survives getters and proxies that throw. */
export function thrownJson(thrown: unknown, unhandled: boolean): string {
  let name = '';
  let message = '';
  let stack = '';
  let status = '';
  let fields = '';
  if (typeof thrown === 'object' && thrown !== null) {
    name = className(thrown);
    message = textOf(() => (thrown as Error).message) || textOf(() => (thrown instanceof NativeError ? '' : jsonPreview(thrown)));
    stack = textOf(() => (thrown as Error).stack);
    status = numberOf(() => (thrown as { status?: unknown }).status);
    fields = fieldsOf(thrown);
  } else {
    // `throw 'text'`: the class of the thing thrown is its type.
    name = thrown === null ? 'null' : typeof thrown;
    message = textOf(() => (typeof thrown === 'function' ? 'a function' : String(thrown)));
  }
  if (stack === '') stack = `${name}: ${message}`;
  return (
    `{"kind":"threw","name":${stringify(cut(name, 200))},"message":${stringify(cut(message, mostMessageChars))},` +
    `"stack":${stringify(cut(stack, mostStackChars))},${status === '' ? '' : `"status":${status},`}"fields":{${fields}}` +
    `${unhandled ? ',"unhandled":true' : ''}}`
  );
}

/** The error's name; where a subclass forgot to set one, the name of the class. */
function className(thrown: object): string {
  const name = textOf(() => (thrown as Error).name);
  if (name !== '' && name !== 'Error') return name;
  const made = textOf(() => thrown.constructor.name);
  return made === '' ? name || 'Object' : made;
}

function textOf(read: () => unknown): string {
  try {
    const value = read();
    return typeof value === 'string' ? value : '';
  } catch {
    return '';
  }
}

function numberOf(read: () => unknown): string {
  try {
    const value = read();
    return typeof value === 'number' && value - value === 0 ? `${value}` : '';
  } catch {
    return '';
  }
}

function jsonPreview(thrown: object): string {
  const json = serialise(thrown, 1_000);
  return typeof json === 'string' ? json : '';
}

/** The inside of a JSON object with the error's own enumerable properties, without those that are not JSON. */
function fieldsOf(thrown: object): string {
  let text = '';
  try {
    const names = keys(thrown);
    for (let i = 0; i < names.length && i < mostFields; i += 1) {
      const name = names[i] as string;
      if (name === 'name' || name === 'message' || name === 'stack') continue;
      const value = fieldJson(thrown, name);
      if (value !== '' && text.length + value.length < mostFieldChars) text += `${text === '' ? '' : ','}${stringify(name)}:${value}`;
    }
  } catch {
    // A proxy whose traps throw has no fields worth keeping.
  }
  return text;
}

function fieldJson(thrown: object, name: string): string {
  try {
    const value = (thrown as { [key: string]: unknown })[name];
    if (value === undefined) return '';
    // A response that has not arrived would block here only to describe an error.
    if (typeof value === 'object' && value !== null && 'then' in value) return '';
    const json = serialise(value, mostFieldChars);
    return typeof json === 'string' ? json : '';
  } catch {
    return '';
  }
}
