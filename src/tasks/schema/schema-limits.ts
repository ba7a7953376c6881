import { SchemaProblem } from './schema-problem.ts';

/**
 * Compiling a schema happens in the host process, so a hostile schema must not be able to keep it busy. Measured: an ordinary schema of
 * 10,000 values takes half a second, the worst (unevaluatedProperties beside thousands of properties) about two. Patterns of property
 * names cost the square of their number: 6,000 took 16 seconds.
 */
export const schemaLimits = {
  /** UTF-16 units of its JSON text. */
  chars: 1024 * 1024,
  depth: 100,
  /** Objects, arrays and plain values together. */
  nodes: 10_000,
  /** Patterns of property names. */
  patterns: 500,
  /** UTF-16 units of an `$id`, `$ref` and the like, which are parsed as URLs. */
  referenceChars: 2_000,
} as const;

const references: ReadonlySet<string> = new Set([
  '$id',
  'id',
  '$ref',
  '$anchor',
  '$dynamicRef',
  '$dynamicAnchor',
  '$recursiveRef',
  '$schema',
]);

/** @throws SchemaProblem when the schema is larger or deeper than a schema may be */
export function checkSchemaSize(schema: unknown): void {
  const hint = 'Describe less of the data, or take the schema apart and check in the code.';
  let nodes = 0;
  let patterns = 0;
  const pending: { value: unknown; path: readonly string[] }[] = [{ value: schema, path: [] }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    nodes += 1;
    if (nodes > schemaLimits.nodes) throw new SchemaProblem(`It has more than ${schemaLimits.nodes} values.`, [], hint);
    if (next.path.length > schemaLimits.depth)
      throw new SchemaProblem(`It is nested more than ${schemaLimits.depth} levels deep.`, next.path, hint);
    if (typeof next.value !== 'object' || next.value === null) continue;
    for (const [key, value] of Object.entries(next.value)) {
      if (key === 'patternProperties' && typeof value === 'object' && value !== null) patterns += Object.keys(value).length;
      if (patterns > schemaLimits.patterns) {
        throw new SchemaProblem(`It has more than ${schemaLimits.patterns} patterns of property names.`, [...next.path, key], hint);
      }
      if (references.has(key) && typeof value === 'string' && value.length > schemaLimits.referenceChars) {
        throw new SchemaProblem(
          `Its ${key} has ${value.length} characters; at most ${schemaLimits.referenceChars} are allowed.`,
          [...next.path, key],
          hint,
        );
      }
      pending.push({ value, path: [...next.path, key] });
    }
  }
  const chars = JSON.stringify(schema)?.length ?? 0;
  if (chars > schemaLimits.chars)
    throw new SchemaProblem(`It has ${chars} characters; at most ${schemaLimits.chars} are allowed.`, [], hint);
}
