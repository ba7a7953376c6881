/**
 * Source of `probe()`, which describes everything shared that an execution finds in its realm: names on the global object and on every
 * built-in and its prototype, with the kind of each value and the length of each function's text. Two realms in which nothing was
 * tampered with give the same description.
 */
export const probeSource = `
const probe = () => {
  const text = Function.prototype.toString;
  const roots = { globalThis };
  for (const name of ['Object', 'Function', 'Array', 'String', 'Number', 'Boolean', 'Symbol', 'BigInt', 'Promise', 'Error', 'TypeError',
    'RegExp', 'Map', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'Proxy', 'ArrayBuffer', 'Uint8Array', 'DataView', 'Iterator']) {
    roots[name] = globalThis[name];
    if (globalThis[name].prototype) roots[name + '.prototype'] = globalThis[name].prototype;
  }
  Object.assign(roots, { JSON, Math, Reflect, 'AsyncFunction.prototype': Object.getPrototypeOf(async () => {}),
    'Generator': Object.getPrototypeOf(function* () {}), 'ArrayIterator': Object.getPrototypeOf([][Symbol.iterator]()) });
  const describe = (value) => typeof value === 'function' ? 'function' + text.call(value).length
    : typeof value === 'object' && value !== null ? 'object' : typeof value + ':' + String(value);
  return Object.entries(roots).map(([name, root]) => name + ' ' + Reflect.ownKeys(root).map((key) => {
    const { value, get, set, writable, configurable } = Reflect.getOwnPropertyDescriptor(root, key);
    return String(key) + '=' + [get, set].map(describe) + describe(value) + !!writable + !!configurable;
  }).join(' '));
};`;
