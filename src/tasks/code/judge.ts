import type { ArrowFunctionExpression, Expression, FunctionDeclaration, FunctionExpression, Node } from 'acorn';
import { boundNames, type Binding } from './names.ts';

type AnyFunction = FunctionDeclaration | FunctionExpression | ArrowFunctionExpression;

/** The properties under which an object may hold the function to call, in the order in which they are tried. */
export const callableNames = ['main', 'default', 'execute', 'handler'] as const;

/** What a value turns out to be without running anything. */
export type Verdict =
  | {
      readonly is: 'function';
      readonly name: string | null;
      readonly isAsync: boolean;
      readonly params: readonly string[];
      readonly node: Node;
    }
  /** It cannot be told: the value of a call, of a name assigned more than once, and so on. */
  | { readonly is: 'unknown'; readonly node: Node }
  | { readonly is: 'not-callable'; readonly what: string; readonly node: Node };

/** Judges an expression that is to be the function of a task, or an object that holds it. */
export function judge(node: Node, bindings: ReadonlyMap<string, Binding>, seen: ReadonlySet<string> = new Set()): Verdict {
  const bare = withoutParens(node);
  switch (bare.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return judgeFunction(bare as AnyFunction);
    case 'ClassDeclaration':
    case 'ClassExpression':
      return { is: 'not-callable', what: 'a class', node: bare };
    case 'Identifier':
      return judgeName((bare as Node & { name: string }).name, bare, bindings, seen);
    case 'AssignmentExpression':
      return judge((bare as Node & { right: Expression }).right, bindings, seen);
    case 'SequenceExpression':
      return judge((bare as Node & { expressions: Expression[] }).expressions.at(-1)!, bindings, seen);
    case 'ObjectExpression':
      return judgeObject(bare as Node & { properties: ObjectProperty[] }, bindings, seen);
    default:
      return plainValues[bare.type] === undefined
        ? { is: 'unknown', node: bare }
        : { is: 'not-callable', what: plainValues[bare.type]!, node: bare };
  }
}

const plainValues: Readonly<Record<string, string>> = {
  Literal: 'a literal value',
  TemplateLiteral: 'a string',
  ArrayExpression: 'an array',
  BinaryExpression: 'the result of a calculation',
  UnaryExpression: 'the result of a calculation',
  UpdateExpression: 'a number',
};

function judgeFunction(node: AnyFunction): Verdict {
  if (node.generator) return { is: 'not-callable', what: 'a generator function, whose call yields an iterator and no result', node };
  const params = node.params.map((param) => (param.type === 'Identifier' ? param.name : boundNames(param).join(', ')));
  const id = node.type === 'ArrowFunctionExpression' ? null : node.id;
  return { is: 'function', name: id?.name ?? null, isAsync: node.async, params, node };
}

function judgeName(name: string, node: Node, bindings: ReadonlyMap<string, Binding>, seen: ReadonlySet<string>): Verdict {
  const binding = bindings.get(name);
  // `undefined` is no name of the author's, and the most common slip.
  if (binding === undefined) return name === 'undefined' ? { is: 'not-callable', what: 'undefined', node } : { is: 'unknown', node };
  if (binding.value === null || !binding.isConstant || seen.has(name)) {
    // What a variable held first says nothing certain about what it holds last; a function, though, is a good sign.
    const first = binding.value === null || seen.has(name) ? undefined : judge(binding.value, bindings, new Set([...seen, name]));
    return first?.is === 'function' ? { ...first, name: first.name ?? name } : { is: 'unknown', node };
  }
  const verdict = judge(binding.value, bindings, new Set([...seen, name]));
  return verdict.is === 'function' ? { ...verdict, name: verdict.name ?? name } : verdict;
}

interface ObjectProperty extends Node {
  key?: Node & { name?: string; value?: unknown };
  value?: Node;
  computed?: boolean;
}

function judgeObject(
  node: Node & { properties: ObjectProperty[] },
  bindings: ReadonlyMap<string, Binding>,
  seen: ReadonlySet<string>,
): Verdict {
  if (node.properties.some((property) => property.type === 'SpreadElement' || property.computed === true)) return { is: 'unknown', node };
  for (const name of callableNames) {
    const property = node.properties.find((candidate) => (candidate.key?.name ?? candidate.key?.value) === name);
    if (property?.value === undefined) continue;
    const verdict = judge(property.value, bindings, seen);
    return verdict.is === 'function' ? { ...verdict, name: verdict.name ?? name } : verdict;
  }
  return { is: 'not-callable', what: `an object without ${callableNames.join(', ')}`, node };
}

function withoutParens(node: Node): Node {
  let bare = node;
  while (bare.type === 'ParenthesizedExpression') bare = (bare as Node & { expression: Expression }).expression;
  return bare;
}
