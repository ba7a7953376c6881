import { stripTypeScriptTypes } from 'node:module';
import { posix } from 'node:path';
import { parse } from 'acorn';
import { lineAt, type SourceFile } from './source-tree.ts';

export interface Import {
  /** As written: `./limits.ts`, `#kernel/index.ts`, `zod`. */
  readonly specifier: string;
  /** The file it leads to, from the root of the repository; null for a package. */
  readonly target: string | null;
  /** `static` runs the other module first, `dynamic` when asked, `type` never. */
  readonly kind: 'static' | 'dynamic' | 'type';
  readonly line: number;
}

/** Every import of a TypeScript module, re-exports and `import()` included. */
export function importsOf(file: SourceFile): Import[] {
  const found: Import[] = [];
  const add = (specifier: string, kind: Import['kind'], offset: number) =>
    found.push({ specifier, target: targetOf(file.path, specifier), kind, line: lineAt(file.text, offset) });
  visit(parsed(file), (node) => {
    const specifier = (node['source'] as { value?: unknown } | null | undefined)?.value;
    if (typeof specifier !== 'string') return;
    if (node['type'] === 'ImportExpression') add(specifier, 'dynamic', node['start'] as number);
    else add(specifier, 'static', node['start'] as number);
  });
  for (const match of file.text.matchAll(/^(?:import|export)\s+type\s[^;]*?\sfrom\s*'([^']+)'/gm)) add(match[1]!, 'type', match.index);
  return found;
}

/** Lines on which a member of a global object such as `console` is used. */
export function globalsUsed(file: SourceFile, name: string): number[] {
  const lines: number[] = [];
  visit(parsed(file), (node) => {
    const object = node['object'] as Record<string, unknown> | undefined;
    if (node['type'] !== 'MemberExpression' || object?.['type'] !== 'Identifier' || object['name'] !== name) return;
    lines.push(lineAt(file.text, node['start'] as number));
  });
  return lines;
}

/** The syntax tree. Stripping types leaves every other character where it was, so offsets are those of the author. */
function parsed(file: SourceFile): unknown {
  return parse(stripTypeScriptTypes(file.text), { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true });
}

function targetOf(from: string, specifier: string): string | null {
  if (specifier.startsWith('#')) return `src/${specifier.slice(1)}`;
  return specifier.startsWith('.') ? posix.normalize(posix.join(posix.dirname(from), specifier)) : null;
}

function visit(node: unknown, see: (node: Record<string, unknown>) => void): void {
  if (Array.isArray(node)) {
    for (const one of node) visit(one, see);
  } else if (typeof node === 'object' && node !== null) {
    const record = node as Record<string, unknown>;
    if (typeof record['type'] === 'string') see(record);
    for (const key in record) visit(record[key], see);
  }
}
