import type { Node, Pattern, Program } from 'acorn';

/** The names a pattern binds: `{ a, b: [c] }` binds a and c. */
export function boundNames(pattern: Pattern | null): string[] {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) => boundNames(property.type === 'RestElement' ? property.argument : property.value));
    case 'ArrayPattern':
      return pattern.elements.flatMap(boundNames);
    case 'AssignmentPattern':
      return boundNames(pattern.left);
    case 'RestElement':
      return boundNames(pattern.argument);
    default:
      return [];
  }
}

/** What a top-level name stands for, as far as can be told without running anything. */
export interface Binding {
  readonly kind: 'var' | 'lexical' | 'function' | 'class' | 'import';
  /** The function, the class, or the initial value; null when it has none or is assigned piecemeal. */
  readonly value: Node | null;
  /** True when the name is only ever what it was at first. */
  readonly isConstant: boolean;
}

/** Every name declared at the top level of a program. `export` in front of a declaration does not hide it. */
export function topLevelBindings(program: Program): Map<string, Binding> {
  const bindings = new Map<string, Binding>();
  for (const statement of program.body) {
    const declaration =
      (statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration') && statement.declaration
        ? statement.declaration
        : statement;
    if (declaration.type === 'FunctionDeclaration' && declaration.id) {
      bindings.set(declaration.id.name, { kind: 'function', value: declaration, isConstant: true });
    } else if (declaration.type === 'ClassDeclaration' && declaration.id) {
      bindings.set(declaration.id.name, { kind: 'class', value: declaration, isConstant: true });
    } else if (declaration.type === 'VariableDeclaration') {
      const kind = declaration.kind === 'var' ? 'var' : 'lexical';
      for (const { id, init } of declaration.declarations) {
        const value = id.type === 'Identifier' ? (init ?? null) : null;
        for (const name of boundNames(id)) bindings.set(name, { kind, value, isConstant: declaration.kind === 'const' });
      }
    } else if (declaration.type === 'ImportDeclaration') {
      for (const { local } of declaration.specifiers) bindings.set(local.name, { kind: 'import', value: null, isConstant: true });
    }
  }
  return bindings;
}

/**
 * Calls `visit` for every node, children after parents. `hidden` holds the parameter names of the functions around the node, so that
 * `module` inside `function (module) {}` is not taken for the one outside.
 */
export function walk(node: Node, visit: (node: Node, hidden: ReadonlySet<string>) => void): void {
  // A stack of our own: machine-made code nests deeper than the call stack allows.
  const pending: { node: Node; hidden: ReadonlySet<string> }[] = [{ node, hidden: new Set() }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    visit(next.node, next.hidden);
    const params = (next.node as Node & { params?: Pattern[] }).params;
    const hidden = params === undefined || params.length === 0 ? next.hidden : new Set([...next.hidden, ...params.flatMap(boundNames)]);
    for (const child of Object.values(next.node)) {
      for (const item of Array.isArray(child) ? child.toReversed() : [child]) {
        if (typeof item === 'object' && item !== null && typeof (item as Node).type === 'string')
          pending.push({ node: item as Node, hidden });
      }
    }
  }
}
