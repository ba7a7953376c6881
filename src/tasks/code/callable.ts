import type { Node, Program } from 'acorn';
import { callableNames, judge, type Verdict } from './judge.ts';
import { topLevelBindings, type Binding } from './names.ts';
import { CodeProblem, type ParsedCode } from './parse.ts';
import { referencesOf } from './references.ts';

/** The function a task is called by, as far as it can be told without running anything. */
export interface Callable {
  /** How the code offers it. */
  readonly form: 'main' | 'module.exports' | 'execute' | 'completion value' | 'export';
  readonly name: string | null;
  /** Null when it cannot be told. */
  readonly async: boolean | null;
  readonly params: readonly string[] | null;
  /** Where the function begins, from 1. */
  readonly line: number | null;
}

/** Where the wrapper takes the callable from. */
export type Entry =
  | { readonly how: 'name'; readonly name: string }
  | { readonly how: 'module.exports' }
  /** The last statement's expression, which ends at `end`. `from` is the end of the statement before it, or 0. */
  | { readonly how: 'completion'; readonly from: number; readonly start: number; readonly end: number }
  /** Exported names with the local names behind them; null where the export comes from another file. */
  | { readonly how: 'export'; readonly names: ReadonlyMap<string, string | null> };

export interface FoundCallable {
  readonly callable: Callable;
  readonly entry: Entry;
}

const howTo = 'End main.js with `(function (input) { ... })`, declare `function main(input) { ... }`, or export a default function.';

/**
 * Finds what a task is called by, in this order: a top-level `main`, `module.exports`, a top-level `execute`, the value of the last
 * statement; for a module its exports `main`, `default`, `execute`, `handler`.
 * @throws CodeProblem when there is certainly nothing to call; what cannot be told is accepted
 */
export function findCallable(parsed: ParsedCode): FoundCallable {
  if (parsed.kind === 'expression') {
    const { start, end } = parsed.expression;
    return { callable: accept('completion value', judge(parsed.expression, new Map())), entry: { how: 'completion', from: 0, start, end } };
  }
  const bindings = topLevelBindings(parsed.ast);
  return parsed.kind === 'module' ? inModule(parsed.ast, bindings) : inScript(parsed.ast, bindings);
}

function inScript(program: Program, bindings: ReadonlyMap<string, Binding>): FoundCallable {
  const named = (name: 'main' | 'execute'): FoundCallable | undefined => {
    const binding = bindings.get(name);
    if (binding === undefined) return undefined;
    const verdict: Verdict = binding.value === null ? { is: 'unknown', node: program } : judge(binding.value, bindings, new Set([name]));
    return { callable: accept(name, verdict, name), entry: { how: 'name', name } };
  };
  return named('main') ?? inCommonJs(program, bindings) ?? named('execute') ?? lastValue(program, bindings);
}

function inCommonJs(program: Program, bindings: ReadonlyMap<string, Binding>): FoundCallable | undefined {
  const { usesCommonJs, exported } = referencesOf(program);
  if (!usesCommonJs) return undefined;
  const entry: Entry = { how: 'module.exports' };
  const unknown = { callable: accept('module.exports', { is: 'unknown', node: program }), entry };
  const whole = exported.filter(({ name }) => name === null);
  const verdicts = whole.map(({ value }) => judge(value!, bindings));
  const callableOne = verdicts.find((verdict) => verdict.is === 'function') ?? verdicts.find((verdict) => verdict.is === 'unknown');
  if (callableOne !== undefined) return { callable: accept('module.exports', callableOne), entry };
  for (const name of callableNames) {
    const found = exported.find((candidate) => candidate.name === name);
    if (found !== undefined) return { callable: accept('module.exports', judge(found.value!, bindings), name), entry };
  }
  if (verdicts[0] !== undefined) return { callable: accept('module.exports', verdicts[0]), entry };
  // It looks at module.exports without setting anything we can see: a loader of its own, or a last value to call.
  if (exported.length === 0) return program.body.at(-1)?.type === 'ExpressionStatement' ? lastValue(program, bindings) : unknown;
  throw new CodeProblem(
    'no-callable',
    `The code exports ${exported.map(({ name }) => name).join(', ')}, but none of ${callableNames.join(', ')}.`,
    null,
    howTo,
  );
}

function lastValue(program: Program, bindings: ReadonlyMap<string, Binding>): FoundCallable {
  const statements = program.body.filter((statement) => statement.type !== 'EmptyStatement');
  const last = statements.at(-1);
  if (last === undefined) throw new CodeProblem('no-callable', 'The file holds no code.', null, howTo);
  if (last.type !== 'ExpressionStatement') {
    const functions = [...bindings].filter(([, { kind }]) => kind === 'function').map(([name]) => name);
    const what =
      functions.length > 0
        ? `It declares ${functions.join(', ')}, but says of none that it is the one to call`
        : 'It declares no function to call';
    throw new CodeProblem('no-callable', `The code yields no function. ${what}.`, placeOf(last), howTo);
  }
  if (last.directive !== undefined)
    throw new CodeProblem('no-callable', 'The code yields a literal value, not a function.', placeOf(last), howTo);
  const from = program.body[program.body.indexOf(last) - 1]?.end ?? 0;
  const { start, end } = last.expression;
  return { callable: accept('completion value', judge(last.expression, bindings)), entry: { how: 'completion', from, start, end } };
}

function inModule(program: Program, bindings: ReadonlyMap<string, Binding>): FoundCallable {
  const exports = exportsOf(program);
  const names = new Map([...exports.names].map(([name, { local }]) => [name, local]));
  for (const name of callableNames) {
    const found = exports.names.get(name);
    if (found === undefined) continue;
    const verdict: Verdict = found.value === null ? { is: 'unknown', node: program } : judge(found.value, bindings);
    return { callable: accept('export', verdict, name), entry: { how: 'export', names } };
  }
  if (exports.hasWildcard) return { callable: accept('export', { is: 'unknown', node: program }), entry: { how: 'export', names } };
  const listed = names.size === 0 ? 'nothing' : [...names.keys()].join(', ');
  throw new CodeProblem(
    'no-callable',
    `The module exports ${listed}, but none of ${callableNames.join(', ')}.`,
    null,
    'Write `export default function (input) { ... }` or `export function main(input) { ... }`.',
  );
}

interface Exported {
  /** Null for a value without a name, and for one from another file. */
  readonly local: string | null;
  readonly value: Node | null;
}

function exportsOf(program: Program): { names: Map<string, Exported>; hasWildcard: boolean } {
  const names = new Map<string, Exported>();
  let hasWildcard = false;
  for (const statement of program.body) {
    if (statement.type === 'ExportAllDeclaration') {
      if (statement.exported) names.set(nameOf(statement.exported), { local: null, value: null });
      else hasWildcard = true;
    } else if (statement.type === 'ExportDefaultDeclaration') {
      const { declaration } = statement;
      const id = declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration' ? declaration.id : null;
      names.set('default', { local: id?.name ?? null, value: declaration });
    } else if (statement.type === 'ExportNamedDeclaration') {
      if (statement.declaration) {
        for (const [name, { value }] of topLevelBindings({ ...program, body: [statement] })) names.set(name, { local: name, value });
      }
      for (const { local, exported } of statement.specifiers) {
        const isLocal = !statement.source && local.type === 'Identifier';
        names.set(nameOf(exported), { local: isLocal ? local.name : null, value: isLocal ? local : null });
      }
    }
  }
  return { names, hasWildcard };
}

function nameOf(node: { type: string; name?: string; value?: unknown }): string {
  return node.name ?? String(node.value);
}

function accept(form: Callable['form'], verdict: Verdict, name: string | null = null): Callable {
  if (verdict.is === 'not-callable') {
    const subject = name === null ? 'The code yields' : `${name} is`;
    throw new CodeProblem('no-callable', `${subject} ${verdict.what}, not a function.`, placeOf(verdict.node), howTo);
  }
  if (verdict.is === 'unknown') return { form, name, async: null, params: null, line: null };
  return { form, name: verdict.name ?? name, async: verdict.isAsync, params: verdict.params, line: verdict.node.loc?.start.line ?? null };
}

function placeOf(node: Node): { line: number; column: number } | null {
  return node.loc ? { line: node.loc.start.line, column: node.loc.start.column + 1 } : null;
}
