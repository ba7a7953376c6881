import type { AnyNode, CallExpression, Function as FunctionNode } from 'acorn';

/** `__name(value, 'name')`: keeps the name that a function or class of the author's has. */
export function isNaming(node: AnyNode): node is CallExpression {
  return (
    node.type === 'CallExpression' &&
    node.callee.type === 'Identifier' &&
    /^__name\d*$/.test(node.callee.name) &&
    node.arguments.length === 2
  );
}

/** `((Colour2) => { ... })(Colour || {})`: what becomes of `enum` and `namespace`. */
export function enumOrNamespace(node: AnyNode): { readonly isEnum: boolean; readonly body: FunctionNode } | undefined {
  if (node.type !== 'CallExpression') return undefined;
  const { callee } = node;
  const [given] = node.arguments;
  const isFunction = callee.type === 'ArrowFunctionExpression' || callee.type === 'FunctionExpression';
  if (!isFunction || callee.params.length !== 1 || callee.body.type !== 'BlockStatement') return undefined;
  if (given?.type !== 'LogicalExpression' || given.operator !== '||') return undefined;
  const { right } = given;
  const isNew = right.type === 'ObjectExpression' || (right.type === 'AssignmentExpression' && right.right.type === 'ObjectExpression');
  // An enum hands itself back, because it is the value of a variable; a namespace fills one.
  return isNew ? { isEnum: callee.body.body.at(-1)?.type === 'ReturnStatement', body: callee } : undefined;
}

/** `__commonJS({ 'file.js'(exports, module) { ... } })`: a file of the author's that others take with `require`. */
export function moduleFunction(node: AnyNode): FunctionNode | undefined {
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier' || !/^__(commonJS|esm)\d*$/.test(node.callee.name))
    return undefined;
  const [files] = node.arguments;
  const [file] = files?.type === 'ObjectExpression' ? files.properties : [];
  return file?.type === 'Property' && file.value.type === 'FunctionExpression' ? file.value : undefined;
}
