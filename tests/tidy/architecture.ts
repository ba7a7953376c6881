import { arrows, doors, type Arrow } from './arrows.ts';
import { importsOf, type Import } from './imports.ts';
import { isTest, type Finding, type SourceFile } from './source-tree.ts';

const modules = (tree: readonly SourceFile[]) => tree.filter(({ path }) => path.startsWith('src/') && path.endsWith('.ts'));

/** Imports against the arrows, parts entered by another way than their door, and test aids used by the program. */
export function checkArrows(tree: readonly SourceFile[], table: readonly Arrow[] = arrows): Finding[] {
  return modules(tree)
    .filter(({ path }) => !isTest(path) || path.startsWith('src/testing/'))
    .flatMap((file) =>
      importsOf(file).flatMap((one) => {
        const message = one.target === null ? null : complaint(file.path, one.target, one, table);
        return message === null ? [] : [{ path: file.path, line: one.line, message }];
      }),
    );
}

function complaint(from: string, target: string, one: Import, table: readonly Arrow[]): string | null {
  if (target.endsWith('/')) return `imports the folder ${one.specifier}: name the file, index.ts for a part's door.`;
  if (target.startsWith('src/testing/') && !from.startsWith('src/testing/')) {
    return `imports ${target}, which only tests may: the program must not depend on test aids.`;
  }
  const arrow = table.find((row) => from.startsWith(row.from));
  if (!arrow) return `is in no part that tests/tidy/arrows.ts knows: add a row for it.`;
  if (target.startsWith(arrow.from) && ruleOf(target, table) === arrow) {
    const [mine, theirs] = [surfaceOf(from), surfaceOf(target)];
    return mine !== null && theirs !== null && mine !== theirs ? `imports ${target}. ${arrow.why}` : null;
  }
  const isAllowed = arrow.to.some((to) =>
    to.startsWith('type:') ? one.kind === 'type' && target.startsWith(to.slice(5)) : target.startsWith(to),
  );
  if (!isAllowed) return `imports ${target}. ${arrow.why}`;
  const isNamed = arrow.to.some((to) => to.replace('type:', '') === target);
  const [part, ...rest] = target.slice('src/'.length).split('/');
  if (part === from.split('/')[1] || isNamed || part === 'surfaces' || rest.length === 0) return null;
  return doors.includes(rest.join('/')) ? null : `reaches into ${target}: import #${part}/index.ts, and export there what outsiders need.`;
}

const ruleOf = (path: string, table: readonly Arrow[]) => table.find((row) => path.startsWith(row.from));
const surfaceOf = (path: string) => /^src\/surfaces\/([^/]+)\//.exec(path)?.[1] ?? null;

/** Imports that lead to no file. */
export function checkTargets(tree: readonly SourceFile[]): Finding[] {
  const known = new Set(tree.map(({ path }) => path));
  return modules(tree).flatMap((file) =>
    importsOf(file)
      .filter(({ target }) => target !== null && !known.has(target))
      .map(({ specifier, line }) => ({ path: file.path, line, message: `imports ${specifier}, which does not exist: correct the path.` })),
  );
}

/** Modules that need each other before either has run. Types do not count, nor does `import()`. */
export function checkCycles(tree: readonly SourceFile[]): Finding[] {
  const edges = new Map(
    modules(tree).map((file) => [
      file.path,
      importsOf(file).flatMap(({ kind, target }) => (kind === 'static' && target !== null ? [target] : [])),
    ]),
  );
  const findings: Finding[] = [];
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      const cycle = [...trail.slice(start), path].join(' -> ');
      findings.push({ path, message: `is in a cycle: ${cycle}. Move what both need into a third file, or import only the type.` });
      return;
    }
    if (done.has(path)) return;
    for (const next of edges.get(path) ?? []) walk(next, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) walk(path, []);
  return findings;
}
