import type { Program as Ast } from 'acorn';
import type { Program } from '#engine/index.ts';
import type { Entry } from './callable.ts';
import { topLevelBindings } from './names.ts';
import { CodeProblem, isSingleFunction, type ParsedCode } from './parse.ts';

/** The parts of a Program that say what runs and where the author's lines are. */
export type Wrapped = Pick<Program, 'script' | 'lineOffset' | 'columnShift'>;

interface Insertion {
  readonly at: number;
  readonly text: string;
}

/**
 * Puts code into the function the engine calls: `(function (module, exports) {`, the author's lines, and a `return` of the callable.
 * One line of ours stands before the author's first, so line numbers are off by one and `lineOffset` is -1; columns stay, save after a
 * `return (` that had to go into a line of the author's.
 */
export function wrapScript(text: string, parsed: ParsedCode, entry: Entry): Wrapped {
  const take = takeCallable(entry, 'return');
  const names = parameterNames(text, parsed.kind === 'expression' ? null : parsed.ast);
  return wrapBody(insert(withoutHashbang(text), take.inside), names, take, shiftOf(text, take.inside));
}

/** The same for what the bundler made: it sets `module.exports` itself. */
export function wrapBundle(text: string): Wrapped {
  return wrapBody(text, ['module', 'exports'], { head: '', tail: 'return module.exports;' }, null);
}

/** Code that sets `module.exports` to the callable, for code that goes through the bundler. Lines stay. */
export function exportCallable(text: string, entry: Entry): string {
  if (entry.how === 'module.exports' || entry.how === 'export') return text;
  const { head, inside, tail } = takeCallable(entry, 'module.exports =');
  return `${head}${insert(withoutHashbang(text), inside)}\n${tail}`;
}

/** Wraps a body and makes sure that the result is one function expression and nothing else. */
export function wrapBody(
  body: string,
  names: readonly string[],
  ends: { head: string; tail: string },
  columnShift: Wrapped['columnShift'],
): Wrapped {
  const script = `(function (${names.join(', ')}) {${ends.head}\n${body}\n${ends.tail}\n})`;
  if (!isSingleFunction(script)) {
    throw new CodeProblem(
      'code-syntax',
      'The top level of the code uses something that only works there, such as await or import.meta.',
      null,
      'Move it into the function.',
    );
  }
  return { script, lineOffset: -1, columnShift };
}

interface Take {
  /** Goes on our own line before the author's first. */
  readonly head: string;
  readonly inside: readonly Insertion[];
  /** Goes on our own line after the author's last. */
  readonly tail: string;
}

function takeCallable(entry: Entry, verb: 'return' | 'module.exports ='): Take {
  if (entry.how === 'name') return { head: '', inside: [], tail: `${verb} ${entry.name};` };
  if (entry.how === 'module.exports') return { head: '', inside: [], tail: `${verb} module.exports;` };
  if (entry.how === 'export') throw new TypeError('a module is not wrapped as a script');
  // The parenthesis keeps `return` and a value on a later line together, so it can stand on a line where it moves nothing.
  const close = { at: entry.end, text: ')' };
  if (entry.from === 0) return { head: `${verb} (`, inside: [close], tail: '' };
  return { head: '', inside: [{ at: entry.from, text: `;${verb} (` }, close], tail: '' };
}

function insert(text: string, insertions: readonly Insertion[]): string {
  let result = '';
  let from = 0;
  for (const { at, text: added } of insertions) {
    result += text.slice(from, at) + added;
    from = at;
  }
  return result + text.slice(from);
}

/** Only the first insertion can have code after it on its line. */
function shiftOf(text: string, [first, second]: readonly Insertion[]): Wrapped['columnShift'] {
  if (first === undefined || second === undefined) return null;
  const lineEnd = /[\n\r\u2028\u2029]/g;
  lineEnd.lastIndex = first.at;
  const end = lineEnd.exec(text)?.index ?? text.length;
  if (text.slice(first.at, end).trim() === '') return null;
  const before = text.slice(0, first.at).split(/\r\n|[\n\r\u2028\u2029]/);
  return { line: before.length, column: before.at(-1)!.length + 1, by: first.text.length };
}

/** `#!` is only known at the very start of a script; as a comment it takes the same room. */
export function withoutHashbang(text: string): string {
  return text.startsWith('#!') ? `//${text.slice(2)}` : text;
}

/** A script may declare `const module` itself; the parameter then takes another name. */
function parameterNames(text: string, ast: Ast | null): string[] {
  const bindings = ast === null ? new Map<string, { kind: string }>() : topLevelBindings(ast);
  return ['module', 'exports'].map((name) => {
    const kind = bindings.get(name)?.kind;
    return kind === 'lexical' || kind === 'class' ? unusedName(text, `${name}_`) : name;
  });
}

/** A name that the text does not contain. */
export function unusedName(text: string, wanted: string): string {
  let name = wanted;
  while (text.includes(name)) name += '_';
  return name;
}
