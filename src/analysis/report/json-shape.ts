const deepest = 8;
const mostFields = 300;

/** The types that stand at each place of a value: `items[].id` to `number`. Items of a list are one place. */
export function shapeOf(value: unknown): Map<string, string> {
  const shape = new Map<string, Set<string>>();
  const walk = (at: unknown, path: string, depth: number): void => {
    const kind = at === null ? 'null' : Array.isArray(at) ? 'array' : typeof at;
    const known = shape.get(path);
    if (known !== undefined) known.add(kind);
    else if (shape.size < mostFields) shape.set(path, new Set([kind]));
    else return;
    if (depth >= deepest || typeof at !== 'object' || at === null) return;
    if (Array.isArray(at)) for (const item of at.slice(0, 20)) walk(item, `${path}[]`, depth + 1);
    else for (const [name, field] of Object.entries(at)) walk(field, path === '' ? name : `${path}.${name}`, depth + 1);
  };
  walk(value, '', 0);
  return new Map([...shape].map(([path, kinds]) => [path, [...kinds].toSorted().join(' or ')]));
}

/** How the shape of a value differs from an earlier one, as sentences. */
export function shapeDifferences(before: unknown, now: unknown, most = 20): string[] {
  const [old, fresh] = [shapeOf(before), shapeOf(now)];
  const said: string[] = [];
  const name = (path: string) => (path === '' ? 'the value' : path);
  const isBelow = (path: string, missing: readonly string[]) =>
    missing.some((above) => path.startsWith(`${above}.`) || path.startsWith(`${above}[]`) || (above === '' && path !== ''));
  const gone: string[] = [];
  for (const [path, kind] of old) {
    const other = fresh.get(path);
    if (other === kind || isBelow(path, gone)) continue;
    if (other === undefined) {
      // An empty list says nothing of its items.
      if (path.endsWith('[]') && fresh.get(path.slice(0, -2)) === 'array') gone.push(path);
      else {
        gone.push(path);
        said.push(`${name(path)} is gone (was ${kind})`);
      }
    } else {
      said.push(`${name(path)} is ${other} (was ${kind})`);
      if (kind === 'object' || kind === 'array') gone.push(path);
    }
  }
  const added: string[] = [];
  for (const [path, kind] of fresh) {
    if (old.has(path) || isBelow(path, added) || isBelow(path, gone)) continue;
    added.push(path);
    if (!path.endsWith('[]') || old.get(path.slice(0, -2)) !== 'array') said.push(`${name(path)} is new (${kind})`);
  }
  return said.slice(0, most);
}
