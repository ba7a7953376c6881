import { createRequire } from 'node:module';
import type { Ajv as AjvClass, Options } from 'ajv';
import { SchemaProblem } from './schema-problem.ts';

export const dialects = ['draft-04', 'draft-06', 'draft-07', '2019-09', '2020-12'] as const;
export type Dialect = (typeof dialects)[number];

/**
 * The draft a schema is written for, by its `$schema`; null when it names none. Such a schema is read as 2020-12, and where that
 * fails (tuples by an array of `items`), as draft-07: nearly all schemas without a name are one or the other.
 * @throws SchemaProblem for a `$schema` that is no known draft
 */
export function dialectOf(schema: unknown): Dialect | null {
  const named = typeof schema === 'object' && schema !== null ? (schema as { $schema?: unknown }).$schema : undefined;
  if (named === undefined) return null;
  const path = typeof named === 'string' ? /^https?:\/\/json-schema\.org\/(.+?)#?$/.exec(named)?.[1] : undefined;
  const found = dialects.find((dialect) => pathOf(dialect) === path);
  if (found === undefined) {
    throw new SchemaProblem(
      `Its $schema, ${JSON.stringify(named)?.slice(0, 200)}, is not a known draft.`,
      ['$schema'],
      `Use one of ${dialects.map((dialect) => `https://json-schema.org/${pathOf(dialect)}`).join(', ')}.`,
    );
  }
  return found;
}

function pathOf(dialect: Dialect): string {
  return dialect.startsWith('draft') ? `${dialect}/schema` : `draft/${dialect}/schema`;
}

/** How schemas are compiled: formats are asserted, patterns are Unicode, defaults are not applied, and the code can be written out. */
export const compilerOptions: Options = {
  allErrors: true,
  strict: false,
  allowUnionTypes: true,
  inlineRefs: false,
  useDefaults: false,
  unicodeRegExp: true,
  validateFormats: true,
  addUsedSchema: false,
  logger: false,
  code: { source: true, lines: false },
};

const require = createRequire(import.meta.url);

/**
 * A schema compiler for one draft. Whoever compiles makes it anew for every schema, so that one schema's `$id` can never meet another's.
 * With `meta: false` it does not know the schema of schemas, of which it is made anew in half the time.
 */
export function compilerFor(dialect: Dialect, options: Options): AjvClass {
  // Loaded when the first schema needs it: 40 ms that a task without schemas does not pay.
  if (dialect === 'draft-04') return new (pick('ajv-draft-04'))({ ...options });
  if (dialect === '2019-09') return new (pick('ajv/dist/2019.js'))(options);
  if (dialect === '2020-12') return new (pick('ajv/dist/2020.js'))(options);
  const compiler = new (pick('ajv'))(options);
  if (dialect === 'draft-06' && options.meta !== false)
    compiler.addMetaSchema(require('ajv/dist/refs/json-schema-draft-06.json') as object);
  return compiler;
}

function pick(module: string): new (options: Options) => AjvClass {
  const loaded = require(module) as { default: new (options: Options) => AjvClass };
  return loaded.default;
}
