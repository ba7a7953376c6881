import { firstBadOffset, jsonFaultAt } from '#kernel/index.ts';
import { placeAt, placeInJson } from './files/json-position.ts';
import type { TaskFiles } from './files/task-files.ts';
import { problem, type Place, type TaskProblem } from './problem.ts';

/** A value read from a file, with a way back to where a part of it is written. */
export interface Located {
  readonly file: string;
  readonly value: unknown;
  readonly place: (path: readonly PropertyKey[]) => Place | null;
}

/** Parses a JSON file; a syntax error becomes a problem with its place. */
export function readJson(
  files: TaskFiles,
  file: string,
  problems: TaskProblem[],
  code: 'syntax' | 'test-invalid' = 'syntax',
): Located | null {
  const text = files.read(file)!;
  try {
    const value: unknown = JSON.parse(text);
    return { file, value, place: (path) => placeInJson(text, path) };
  } catch {
    const offset = firstBadOffset(text);
    const message = `It is not JSON: ${jsonFaultAt(text, offset)}.`;
    problems.push(problem('error', code, file, placeAt(text, offset), message, 'Correct the syntax at this place.'));
    return null;
  }
}

/** A manifest of half a megabyte is none; the parser needs seconds for more, and all of its errors would fill a screen each. */
const yamlLimits = { chars: 500_000, errors: 20 } as const;

/** Parses a YAML file; syntax errors become problems with their places. */
export async function readYaml(files: TaskFiles, file: string, problems: TaskProblem[]): Promise<Located | null> {
  const { LineCounter, isNode, parseDocument } = await import('yaml');
  const text = files.read(file)!;
  const lines = new LineCounter();
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const refuse = (place: Place | null, why: string, hint: string) => {
    problems.push(problem('error', 'syntax', file, place, why, hint));
    return null;
  };
  if (text.length > yamlLimits.chars) return refuse(null, `It has ${text.length} characters.`, `Keep it below ${yamlLimits.chars}.`);
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    for (const error of document.errors.slice(0, yamlLimits.errors)) {
      refuse(at(error.pos[0]), `It is not YAML: ${error.message}.`, 'Correct the syntax at this place.');
    }
    if (document.errors.length > 0) return null;
    // Aliases multiply: ten levels of ten make ten thousand million nodes of a page of text.
    // Through JSON and back: a task knows no other values, and an anchor that contains itself ends here.
    const value: unknown = JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: 100 }) ?? null));
    const place = (path: readonly PropertyKey[]): Place | null => {
      const node = path.length === 0 ? document.contents : document.getIn(path, true);
      if (isNode(node) && node.range) return at(node.range[0]);
      return path.length === 0 ? null : place(path.slice(0, -1));
    };
    return { file, value, place };
  } catch (error) {
    return refuse(null, `It cannot be read: ${(error as Error).message}.`, 'Use less nesting and fewer aliases.');
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
