import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import type { Ajv, ErrorObject } from 'ajv';
import { checkRuntime } from './check-runtime.ts';
import { compilerFor, compilerOptions, dialectOf, type Dialect } from './dialect.ts';
import { draftJudges } from './draft-judges.generated.ts';
import { checkSchemaSize } from './schema-limits.ts';
import { SchemaProblem } from './schema-problem.ts';

/**
 * Compiles a JSON Schema (drafts 4, 6, 7, 2019-09, 2020-12) into the text of a check that needs nothing but the language itself. The
 * text is a classic script whose completion value is `(jsonText) => verdictText`: '' for a match, else the JSON of up to 20 problems
 * `{path: 'items[2].total', message, keyword, schemaPath, params}`.
 *
 * Schemas come from strangers: their patterns may take hours on the right text. So the host only compiles, and the check runs where
 * the task runs, under the task's limits. Formats are asserted, patterns are Unicode, defaults are not applied.
 * @throws SchemaProblem
 */
export function compileCheck(schema: unknown): string {
  checkSchemaSize(schema);
  if (typeof schema !== 'boolean' && (typeof schema !== 'object' || schema === null || Array.isArray(schema))) {
    throw new SchemaProblem('A schema must be an object.', [], 'Write the schema between { and }.');
  }
  const dialect = dialectOf(schema);
  if (dialect !== null) return compileAs(schema, dialect);
  try {
    return compileAs(schema, '2020-12');
  } catch (error) {
    try {
      return compileAs(schema, 'draft-07');
    } catch {
      throw error;
    }
  }
}

const require = createRequire(import.meta.url);

/** Says whether a schema is one, and keeps nothing of it. */
interface Judge {
  (schema: object | boolean): boolean;
  errors?: readonly ErrorObject[] | null;
}

const judges = new Map<Dialect, Judge>();

/** The schema of schemas of a draft, as a check. Compiled when the sources are generated: it takes 20 ms, a tenth of a command that runs a task. */
function judgeFor(dialect: Dialect): Judge {
  const known = judges.get(dialect);
  if (known !== undefined) return known;
  const module = { exports: {} as Judge };
  compileFunction(draftJudges[dialect], ['module', 'exports', 'require'])(module, module.exports, require);
  judges.set(dialect, module.exports);
  return module.exports;
}

function withFormats(compiler: Ajv): Ajv {
  const addFormats = require('ajv-formats') as (to: unknown) => unknown;
  addFormats(compiler);
  return compiler;
}

function compileAs(schema: object | boolean, dialect: Dialect): string {
  if (typeof schema === 'object' && '$async' in schema) {
    throw new SchemaProblem('It asks for asynchronous checking ($async), which a task cannot have.', ['$async'], 'Remove $async.');
  }
  try {
    const judge = judgeFor(dialect);
    if (!judge(schema)) throw malformed(judge.errors ?? []);
    const compiler = withFormats(compilerFor(dialect, { ...compilerOptions, validateSchema: false, meta: refersToDrafts(schema) }));
    const check = compiler.compile(schema);
    const { default: standalone } = require('ajv/dist/standalone') as { default: (ajv: unknown, check: unknown) => string };
    return checkRuntime(standalone(compiler, check));
  } catch (error) {
    throw error instanceof SchemaProblem ? error : unusable(error as Error);
  }
}

/** Whether a schema may refer to the schema of schemas of a draft, or claim to be one, apart from naming its own. */
function refersToDrafts(schema: object | boolean): boolean {
  const { $schema: _own, ...rest } = schema as { $schema?: unknown };
  return /json-schema(?:\.|%2e)org/i.test(JSON.stringify(rest));
}

function malformed(errors: readonly ErrorObject[]): SchemaProblem {
  // Unions in the schema of schemas complain once per branch; the deepest complaint is about the place itself.
  const deepest = errors.toSorted((a, b) => depthOf(b) - depthOf(a))[0];
  const path = (deepest?.instancePath ?? '').split('/').slice(1).map(unescapePointer);
  const where = path.length === 0 ? 'It' : path.join('.');
  return new SchemaProblem(
    `${where} ${deepest?.message ?? 'is not a valid schema'}.`,
    path,
    'Correct this keyword; the schema is checked against the draft it names in $schema.',
  );
}

function depthOf(error: ErrorObject): number {
  return error.instancePath.split('/').length;
}

function unusable(error: Error & { missingRef?: string }): SchemaProblem {
  if (error.missingRef !== undefined) {
    return new SchemaProblem(
      `It refers to ${error.missingRef}, which is not part of it.`,
      [],
      'Copy the referred schema into $defs and refer to it as #/$defs/...; schemas are never fetched.',
    );
  }
  return new SchemaProblem(`It cannot be compiled: ${error.message}.`, [], 'Correct the schema; patterns are Unicode regular expressions.');
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
