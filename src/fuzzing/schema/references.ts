/** Finds what `$ref` and its kin mean inside one schema document; null for what is not in it. */
export type Resolve = (reference: string, from: object) => unknown;

const home = 'schema:///root';

/**
 * Reads the ids and anchors of a schema once. References to other documents do not occur: a task with one does not load.
 * @param root any JSON Schema, draft 4 to 2020-12
 */
export function openReferences(root: unknown): Resolve {
  const resources = new Map<string, unknown>([[home, root]]);
  const anchors = new Map<string, unknown>();
  const bases = new WeakMap<object, string>();

  const read = (value: unknown, outer: string): void => {
    if (typeof value !== 'object' || value === null) return;
    let base = outer;
    const schema = value as Record<string, unknown>;
    for (const key of ['$id', 'id']) {
      const id = schema[key];
      if (typeof id !== 'string') continue;
      const url = absolute(id, outer);
      if (url === null) continue;
      const [resource, fragment] = split(url);
      if (fragment !== '') anchors.set(url, value);
      else {
        base = resource;
        resources.set(resource, value);
      }
    }
    for (const key of ['$anchor', '$dynamicAnchor']) {
      if (typeof schema[key] === 'string') anchors.set(`${base}#${schema[key]}`, value);
    }
    bases.set(value, base);
    for (const inner of Object.values(schema)) read(inner, base);
  };
  read(root, home);

  return (reference, from) => {
    const url = absolute(reference, bases.get(from) ?? home);
    if (url === null) return null;
    const [resource, fragment] = split(url);
    if (fragment !== '' && !fragment.startsWith('/')) return anchors.get(url) ?? null;
    return pointedAt(resources.get(resource), fragment);
  };
}

function absolute(reference: string, base: string): string | null {
  return URL.parse(reference, base)?.href ?? null;
}

function split(url: string): [resource: string, fragment: string] {
  const hash = url.indexOf('#');
  return hash < 0 ? [url, ''] : [url.slice(0, hash), decoded(url.slice(hash + 1))];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function pointedAt(root: unknown, pointer: string): unknown {
  let value: unknown = root ?? null;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return null;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}
