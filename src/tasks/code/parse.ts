import { parse, parseExpressionAt, type Expression, type Options, type Program } from 'acorn';
import type { Place } from '../problem.ts';

/**
 * Author's code, parsed. It is a complete text of its kind by itself, so nothing in it can close a bracket of ours.
 * - script: a classic script
 * - module: it has import or export
 * - expression: one expression that is no program by itself, such as `function (input) { ... }` without a name
 */
export type ParsedCode =
  | { readonly kind: 'script' | 'module'; readonly ast: Program }
  | { readonly kind: 'expression'; readonly expression: Expression };

/** Code that cannot be parsed, or has nothing to call: where, and what to do. */
export class CodeProblem extends Error {
  readonly code: 'code-syntax' | 'no-callable' | 'import-refused';
  readonly place: Place | null;
  readonly hint: string;
  readonly file: string | null;

  constructor(code: CodeProblem['code'], message: string, place: Place | null, hint: string, file: string | null = null) {
    super(message);
    this.code = code;
    this.place = place;
    this.hint = hint;
    this.file = file;
  }
}

const options: Options = { ecmaVersion: 'latest', locations: true, preserveParens: true, allowHashBang: true };

/**
 * Parses the code of a task in whichever of the three kinds it is.
 * @param file decides where the kind is said by the name: `.mjs` is a module, `.cjs` a script
 * @throws CodeProblem
 */
export function parseCode(text: string, file: string): ParsedCode {
  if (/\.m[jt]s$/.test(file)) return { kind: 'module', ast: attempt(() => parse(text, { ...options, sourceType: 'module' })) };
  const script = failureOr(() => parse(text, { ...options, sourceType: 'script' }));
  if (!(script instanceof CodeProblem)) return { kind: 'script', ast: script };
  const asModule = failureOr(() => parse(text, { ...options, sourceType: 'module' }));
  if (!(asModule instanceof CodeProblem)) {
    if (hasModuleSyntax(asModule)) return { kind: 'module', ast: asModule };
    throw script;
  }
  const expression = wholeExpression(text);
  if (expression !== undefined) return { kind: 'expression', expression };
  throw /^[ \t]*(import|export)\b/m.test(text) ? asModule : script;
}

/** Whether a text is one classic script that consists of a single function expression: what every wrapped program must be. */
export function isSingleFunction(text: string): boolean {
  const program = failureOr(() => parse(text, { ...options, sourceType: 'script' }));
  if (program instanceof CodeProblem || program.body.length !== 1) return false;
  const [statement] = program.body;
  return (
    statement?.type === 'ExpressionStatement' &&
    statement.expression.type === 'ParenthesizedExpression' &&
    statement.expression.expression.type === 'FunctionExpression' &&
    statement.expression.end === text.length
  );
}

function hasModuleSyntax(program: Program): boolean {
  return program.body.some((statement) => /^(Import|Export)/.test(statement.type));
}

/** `function (input) {}` and its kind; only blanks, comments and semicolons may follow. */
function wholeExpression(text: string): Expression | undefined {
  if (text.startsWith('#!')) return undefined;
  const expression = failureOr(() => parseExpressionAt(text, 0, { ...options, sourceType: 'script' }));
  if (expression instanceof CodeProblem) return undefined;
  const rest = failureOr(() => parse(text.slice(expression.end), { ...options, sourceType: 'script', allowHashBang: false }));
  return !(rest instanceof CodeProblem) && rest.body.every((statement) => statement.type === 'EmptyStatement') ? expression : undefined;
}

function attempt<Result>(work: () => Result): Result {
  const result = failureOr(work);
  if (result instanceof CodeProblem) throw result;
  return result;
}

function failureOr<Result>(work: () => Result): Result | CodeProblem {
  try {
    return work();
  } catch (error) {
    const isTooDeep = error instanceof RangeError || (error instanceof SyntaxError && error.message.startsWith('Not enough stack'));
    if (isTooDeep) return new CodeProblem('code-syntax', 'The code is nested too deeply to be read.', null, 'Split it.');
    if (!(error instanceof SyntaxError)) throw error;
    const at = (error as SyntaxError & { loc?: { line: number; column: number } }).loc;
    const place = at === undefined ? null : { line: at.line, column: at.column + 1 };
    return new CodeProblem('code-syntax', `${error.message.replace(/ \(\d+:\d+\)$/, '')}.`, place, 'Correct the syntax at this place.');
  }
}
