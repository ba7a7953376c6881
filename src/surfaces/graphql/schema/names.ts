/** `by_priority` and `not-found` as names of fields: `byPriority`, `notFound`. */
export function camelCase(name: string): string {
  return name.replaceAll(/[_-]+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase()).replaceAll(/[^a-zA-Z0-9_]/g, '');
}

/** The same as the name of a type. */
export function pascalCase(name: string): string {
  const camel = camelCase(name);
  return camel.charAt(0).toUpperCase() + camel.slice(1);
}

/** The value of an enum as GraphQL spells it: `caught-up` is CAUGHT_UP; null for what cannot be spelled. */
export function enumName(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const name = value.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_');
  return /^[A-Z_][A-Z0-9_]*$/.test(name) && !name.startsWith('__') ? name : null;
}

/** The name of what stands in a field of a type: `Repository` and `repositoryType` are RepositoryType, `Job` and `status` JobStatus. */
export function innerName(parent: string, field: string): string {
  const own = pascalCase(field);
  const words = parent.match(/[A-Z][a-z0-9]*/g) ?? [];
  for (let from = 0; from < words.length; from++) {
    const tail = words.slice(from).join('');
    if (own.startsWith(tail) && /^(?:$|[A-Z])/.test(own.slice(tail.length))) return parent.slice(0, parent.length - tail.length) + own;
  }
  return parent + own;
}

/** The name of one of many: `attempts` is an attempt. */
export function singular(name: string): string {
  if (name.endsWith('ies')) return `${name.slice(0, -3)}y`;
  return name.endsWith('s') && !name.endsWith('ss') ? name.slice(0, -1) : name;
}

/** Whether a field holds the identity of something. */
export function isIdentity(name: string): boolean {
  return name === 'id' || name === 'uuid' || /(?:Id|Uuid|Ids|Uuids)$/.test(name);
}

/** Whole numbers that outgrow 32 bits, which is what an Int of GraphQL has. */
export function isLarge(name: string): boolean {
  return /(?:Ms|Bytes|bytes|In|Out)$/.test(name);
}
