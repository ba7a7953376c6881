import { parse, type AnyNode, type Function as FunctionNode, type LogicalExpression, type Node } from 'acorn';
import type { Program } from '#engine/index.ts';
import { enumOrNamespace, isNaming, moduleFunction } from './compilers-code.ts';

export type BranchKind = 'if' | 'cond-expr' | 'binary-expr' | 'switch' | 'default-arg';

/** A place of a script: its offset, and line and column as V8 counts them. */
export interface ScriptPlace {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/**
 * A function: V8 ends it where the parser does, and begins it there or before, at `async` or at the name of a method. Where start and end
 * are the same, it is the nameless one around that offset, which fills in fields.
 */
export interface FunctionRange {
  readonly start: number;
  readonly end: number;
}

export interface StatementPart {
  readonly place: ScriptPlace;
  /** The function it belongs to. */
  readonly within: FunctionRange;
}

export interface FunctionPart {
  readonly place: ScriptPlace;
  readonly range: FunctionRange;
  /** Empty where the author gave none. */
  readonly name: string;
}

export interface BranchPart {
  readonly kind: BranchKind;
  readonly place: ScriptPlace;
  readonly within: FunctionRange;
  /** Null for the `else` that an `if` does not have. */
  readonly arms: readonly (ScriptPlace | null)[];
  /** What the author's text holds between two places where the branch is his; a translation may have added it. */
  readonly proof: { readonly from: ScriptPlace; readonly to: ScriptPlace; readonly text: string };
}

/** What can be covered in a script, as the tools count that people know: see `partsOf`. */
export interface ProgramParts {
  readonly statements: readonly StatementPart[];
  readonly functions: readonly FunctionPart[];
  readonly branches: readonly BranchPart[];
}

const plainStatements: ReadonlySet<string> = new Set([
  'ExpressionStatement',
  'BreakStatement',
  'ContinueStatement',
  'DebuggerStatement',
  'ReturnStatement',
  'ThrowStatement',
  'TryStatement',
  'IfStatement',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
  'DoWhileStatement',
  'SwitchStatement',
  'WithStatement',
]);

/**
 * Finds statements, functions and branches of a program as Istanbul counts them: an initial value is a statement, and so is the body of
 * an arrow function without braces; a block, a declaration without a value and a function declaration are none. Branches are the two ways
 * of `if` and `?:`, each operand of `&&`, `||` and `??`, each `case`, and default values. Optional chaining is no branch.
 * What was put around the author's code does not count, nor does what the compiler makes of enums, namespaces and modules.
 */
export function partsOf(program: Program): ProgramParts {
  const walk = new PartsWalk(program.lineOffset, program.sourceMap !== null);
  const wrapper = wrapperOf(program.script);
  if (wrapper !== null) walk.wrapper(wrapper);
  return walk;
}

class PartsWalk implements ProgramParts {
  readonly statements: StatementPart[] = [];
  readonly functions: FunctionPart[] = [];
  readonly branches: BranchPart[] = [];
  readonly #lineOffset: number;
  readonly #isCompiled: boolean;

  constructor(lineOffset: number, isCompiled: boolean) {
    this.#lineOffset = lineOffset;
    this.#isCompiled = isCompiled;
  }

  /** The last statement is ours: it returns the callable, which may be an expression of the author's. */
  wrapper(node: FunctionNode): void {
    const range = { start: node.start, end: node.end };
    const statements = childrenOf(node.body);
    for (const statement of statements.slice(0, -1)) this.#visit(statement, range);
    for (const child of statements.slice(-1).flatMap(childrenOf)) this.#visit(child, range);
  }

  #visit(node: AnyNode, within: FunctionRange, name = ''): void {
    if (this.#isCompiled && this.#visitCompilers(node, within, name)) return;
    if (plainStatements.has(node.type) && !isDirective(node)) this.statements.push({ place: this.#place(node), within });
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return this.#visitFunction(node, name, node);
      case 'VariableDeclarator':
        this.#visit(node.id, within);
        if (node.init) this.#visitValue(node.init, within, nameOf(node.id));
        return;
      case 'PropertyDefinition':
        if (node.computed) this.#visit(node.key, within);
        if (node.value) this.#visitValue(node.value, around(node.value), nameOf(node.key));
        return;
      case 'StaticBlock':
        return node.body.forEach((statement) => this.#visit(statement, around(statement)));
      case 'MethodDefinition':
      case 'Property': {
        if (node.computed) this.#visit(node.key, within);
        const isMethod = node.type === 'MethodDefinition' || node.method || node.kind !== 'init';
        if (isMethod) return this.#visitFunction(node.value as FunctionNode, nameOf(node.key), node);
        return this.#visit(node.value, within, nameOf(node.key));
      }
      case 'AssignmentExpression':
        this.#visit(node.left, within);
        return this.#visit(node.right, within, nameOf(node.left));
      case 'AssignmentPattern':
        this.#branch('default-arg', node, within, [node.right], { from: node.left, to: node.right, text: '=' });
        this.#visit(node.left, within);
        return this.#visit(node.right, within, nameOf(node.left));
      case 'LogicalExpression': {
        const leaves = leavesOf(node);
        this.#branch('binary-expr', node, within, leaves, { from: leaves[0]!, to: leaves.at(-1)!, text: node.operator });
        return leaves.forEach((leaf) => this.#visit(leaf, within));
      }
      case 'IfStatement':
        this.#branch('if', node, within, [node.consequent, node.alternate ?? null], { from: node, to: node.consequent, text: 'if' });
        break;
      case 'ConditionalExpression':
        this.#branch('cond-expr', node, within, [node.consequent, node.alternate], { from: node.test, to: node.consequent, text: '?' });
        break;
      case 'SwitchStatement':
        if (node.cases[0]) this.#branch('switch', node, within, node.cases, { from: node, to: node.cases[0], text: 'switch' });
        break;
      default:
    }
    for (const child of childrenOf(node)) this.#visit(child, within);
  }

  /** @param shown where the author points at it: a method at its name */
  #visitFunction(node: FunctionNode, name: string, shown: Node): void {
    this.functions.push({ place: this.#place(shown), range: { start: node.start, end: node.end }, name: node.id?.name ?? name });
    this.#visitInside(node);
  }

  #visitInside(node: FunctionNode): void {
    const range = { start: node.start, end: node.end };
    for (const parameter of node.params) this.#visit(parameter, range);
    if (node.body.type === 'BlockStatement') this.#visit(node.body, range);
    else this.#visitValue(node.body, range, '');
  }

  /** A value that counts as a statement. */
  #visitValue(node: AnyNode, within: FunctionRange, name: string): void {
    const isDeclaration = this.#isCompiled && (enumOrNamespace(node)?.isEnum === true || node.type === 'ClassExpression');
    // An enum has become the value of a variable, and so has a class.
    if (!isDeclaration) this.statements.push({ place: this.#place(node), within });
    this.#visit(node, within, name);
  }

  /** @returns whether the node is the compiler's; what it holds of the author's has been visited then */
  #visitCompilers(node: AnyNode, within: FunctionRange, name: string): boolean {
    if (node.type === 'ExpressionStatement' && isNaming(node.expression)) return true;
    if (isNaming(node)) {
      this.#visit(node.arguments[0] as AnyNode, within, name);
      return true;
    }
    const made = enumOrNamespace(node);
    const inside = made?.body ?? moduleFunction(node);
    if (inside && !made?.isEnum) this.#visitInside(inside);
    return inside !== undefined;
  }

  #branch(kind: BranchKind, node: Node, within: FunctionRange, arms: readonly (Node | null)[], proof: Proof): void {
    this.branches.push({
      kind,
      place: this.#place(node),
      within,
      arms: arms.map((arm) => arm && this.#place(arm)),
      proof: { from: this.#place(proof.from), to: this.#place(proof.to), text: proof.text },
    });
  }

  #place({ start, loc }: Node): ScriptPlace {
    return { offset: start, line: loc!.start.line - 1 + this.#lineOffset, column: loc!.start.column };
  }
}

interface Proof {
  readonly from: Node;
  readonly to: Node;
  readonly text: string;
}

function isDirective(node: AnyNode): boolean {
  return node.type === 'ExpressionStatement' && node.directive !== undefined;
}

function wrapperOf(script: string): FunctionNode | null {
  try {
    const [statement] = parse(script, { ecmaVersion: 'latest', sourceType: 'script', locations: true }).body;
    return statement?.type === 'ExpressionStatement' && statement.expression.type === 'FunctionExpression' ? statement.expression : null;
  } catch {
    // Nested more deeply than this parser can follow: nothing can be said about such code.
    return null;
  }
}

/** Initial values of fields and static blocks are functions of their own to V8, which it joins as it likes. */
function around({ start }: Node): FunctionRange {
  return { start, end: start };
}

function nameOf(node: AnyNode): string {
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'PrivateIdentifier') return `#${node.name}`;
  if (node.type === 'Literal') return String(node.value);
  return node.type === 'MemberExpression' && !node.computed ? nameOf(node.property) : '';
}

function leavesOf(node: LogicalExpression): AnyNode[] {
  return [node.left, node.right].flatMap((side) => (side.type === 'LogicalExpression' ? leavesOf(side) : [side]));
}

function childrenOf(node: AnyNode): AnyNode[] {
  return Object.values(node).flatMap((value: unknown) => (Array.isArray(value) ? (value as unknown[]) : [value]).filter(isNode));
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}
