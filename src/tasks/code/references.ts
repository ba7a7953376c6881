import type { CallExpression, ImportExpression, MemberExpression, Node, Program } from 'acorn';
import type { Place } from '../problem.ts';
import { topLevelBindings, walk } from './names.ts';

/** A file or module the code asks for by name. */
export interface Reference {
  readonly how: 'import' | 'require' | 'dynamic import';
  readonly target: string;
  readonly place: Place;
}

/** What the code reaches outside itself for. */
export interface References {
  readonly imports: readonly Reference[];
  /** It assigns `module.exports` or a property of `exports`. */
  readonly usesCommonJs: boolean;
  /** It asks `typeof require` first, so a `require` that is missing is no surprise to it. */
  readonly asksForRequire: boolean;
  /** Every value assigned to `module.exports`, and the names set on it. */
  readonly exported: readonly { readonly name: string | null; readonly value: Node | null }[];
}

/** Finds them without running anything. */
export function referencesOf(program: Program): References {
  const declared = topLevelBindings(program);
  const imports: Reference[] = [];
  const exported: { name: string | null; value: Node | null }[] = [];
  let usesCommonJs = false;
  let asksForRequire = false;
  walk(program, (node, hidden) => {
    const isFree = (name: string) => !hidden.has(name) && !declared.has(name);
    const note = (how: Reference['how'], source: Node | null | undefined) => {
      const target = stringOf(source);
      if (target !== undefined) imports.push({ how, target, place: { line: node.loc!.start.line, column: node.loc!.start.column + 1 } });
    };
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'ExportNamedDeclaration':
        note('import', (node as Node & { source?: Node | null }).source);
        break;
      case 'ImportExpression':
        note('dynamic import', (node as ImportExpression).source);
        break;
      case 'CallExpression': {
        const { callee, arguments: given } = node as CallExpression;
        if (callee.type === 'Identifier' && callee.name === 'require' && isFree('require')) note('require', given[0]);
        break;
      }
      case 'UnaryExpression': {
        const { operator, argument } = node as Node & { operator: string; argument: Node & { name?: string } };
        if (operator === 'typeof' && argument.name === 'require') asksForRequire = true;
        break;
      }
      case 'MemberExpression': {
        const base = exportsBase(node as MemberExpression, isFree);
        if (base) usesCommonJs = true;
        break;
      }
      case 'AssignmentExpression': {
        const { left, right } = node as Node & { left: Node; right: Node };
        const name = left.type === 'MemberExpression' ? exportedName(left as MemberExpression, isFree) : undefined;
        if (name !== undefined) exported.push({ name, value: right });
        break;
      }
    }
  });
  return { imports, usesCommonJs, asksForRequire, exported };
}

/** Whether an expression is `module.exports` or a property of `exports`. */
function exportsBase(node: MemberExpression, isFree: (name: string) => boolean): boolean {
  if (node.object.type !== 'Identifier') return false;
  return (
    (node.object.name === 'module' && propertyOf(node) === 'exports' && isFree('module')) ||
    (node.object.name === 'exports' && isFree('exports'))
  );
}

/** The name an assignment target exports: null for `module.exports` itself, `main` for `exports.main`; undefined for anything else. */
function exportedName(node: MemberExpression, isFree: (name: string) => boolean): string | null | undefined {
  const isModuleExports = (object: Node): boolean =>
    object.type === 'MemberExpression' &&
    (object as MemberExpression).object.type === 'Identifier' &&
    ((object as MemberExpression).object as Node & { name: string }).name === 'module' &&
    propertyOf(object as MemberExpression) === 'exports' &&
    isFree('module');
  if (isModuleExports(node)) return null;
  if ((node.object.type === 'Identifier' && node.object.name === 'exports' && isFree('exports')) || isModuleExports(node.object))
    return propertyOf(node);
  return undefined;
}

function propertyOf(node: MemberExpression): string | undefined {
  return !node.computed && node.property.type === 'Identifier' ? node.property.name : stringOf(node.property);
}

function stringOf(node: Node | null | undefined): string | undefined {
  const value = node?.type === 'Literal' ? (node as Node & { value: unknown }).value : undefined;
  return typeof value === 'string' ? value : undefined;
}
