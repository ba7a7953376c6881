import * as is from 'typescript/unstable/ast/is';
import * as ast from 'typescript/unstable/ast';
import * as make from 'typescript/unstable/ast/factory';
import { API } from 'typescript/unstable/sync';

/**
 * As much of the programming interface of TypeScript 5 and 6 as a generator needs that builds syntax and prints it, on top of that of
 * TypeScript 7, which makes the same nodes by functions that take their arguments in another order.
 */

type Make = (...given: unknown[]) => unknown;
const made = make as unknown as Readonly<Record<string, Make>>;
const { SyntaxKind, NodeFlags, TokenFlags } = ast;
const none = TokenFlags.None;

/** A text where a name is expected stands for that name. */
const name = (said: unknown): unknown => (typeof said === 'string' ? make.createIdentifier(said) : said);
/** A text or a number where an expression is expected stands for that name or number. */
const expression = (said: unknown): unknown => (typeof said === 'number' ? make.createNumericLiteral(String(said), none) : name(said));
const keyword = (kind: number) => () => made['createKeywordExpression']!(kind);
const token = (kind: number) => made['createToken']!(kind);

/** Functions whose texts are content and not names. */
const literals =
  /^create(?:Identifier|StringLiteral|NumericLiteral|BigIntLiteral|RegularExpressionLiteral|NoSubstitutionTemplateLiteral|JSDocText)$/;

const noComment = Symbol('no comment');

/** Functions that take their arguments otherwise. */
const others: Readonly<Record<string, Make>> = {
  createNodeArray: (items) => items ?? [],
  createTrue: keyword(SyntaxKind.TrueKeyword),
  createFalse: keyword(SyntaxKind.FalseKeyword),
  createNull: keyword(SyntaxKind.NullKeyword),
  createThis: keyword(SyntaxKind.ThisKeyword),
  createModifier: (kind) => token(kind as number),
  createStringLiteral: (text) => make.createStringLiteral(String(text), none),
  createNumericLiteral: (text) => make.createNumericLiteral(String(text), none),
  createBigIntLiteral: (text) => make.createBigIntLiteral(String(text), none),
  createRegularExpressionLiteral: (text) => make.createRegularExpressionLiteral(String(text), none),
  createNoSubstitutionTemplateLiteral: (text) => make.createNoSubstitutionTemplateLiteral(String(text), none),
  createTemplateHead: (text) => make.createTemplateHead(String(text), String(text), none),
  createTemplateMiddle: (text) => make.createTemplateMiddle(String(text), String(text), none),
  createTemplateTail: (text) => make.createTemplateTail(String(text), String(text), none),
  createTemplateLiteralType: (head, spans) => made['createTemplateLiteralTypeNode']!(head, spans),
  createCallExpression: (callee, types, given) =>
    made['createCallExpression']!(expression(callee), undefined, types, given ?? [], NodeFlags.None),
  createCallChain: (callee, dot, types, given) =>
    made['createCallExpression']!(expression(callee), dot, types, given ?? [], NodeFlags.OptionalChain),
  createPropertyAccessExpression: (left, right) =>
    made['createPropertyAccessExpression']!(expression(left), undefined, name(right), NodeFlags.None),
  createPropertyAccessChain: (left, dot, right) =>
    made['createPropertyAccessExpression']!(expression(left), dot, name(right), NodeFlags.OptionalChain),
  createElementAccessExpression: (left, at) =>
    made['createElementAccessExpression']!(expression(left), undefined, expression(at), NodeFlags.None),
  createElementAccessChain: (left, dot, at) =>
    made['createElementAccessExpression']!(expression(left), dot, expression(at), NodeFlags.OptionalChain),
  createBinaryExpression: (left, operator, right) =>
    made['createBinaryExpression']!(undefined, left, undefined, typeof operator === 'number' ? token(operator) : operator, right),
  createConditionalExpression: (condition, _question, then, _colon, otherwise) =>
    made['createConditionalExpression']!(condition, token(SyntaxKind.QuestionToken), then, token(SyntaxKind.ColonToken), otherwise),
  createArrowFunction: (modifiers, types, parameters, type, _arrow, body) =>
    made['createArrowFunction']!(modifiers, types, parameters, type, token(SyntaxKind.EqualsGreaterThanToken), body),
  createPropertyAssignment: (key, value) => made['createPropertyAssignment']!(undefined, name(key), undefined, undefined, value),
  createShorthandPropertyAssignment: (key) => made['createShorthandPropertyAssignment']!(undefined, name(key), undefined, undefined),
  createPropertySignature: (modifiers, key, question, type) =>
    made['createPropertySignatureDeclaration']!(modifiers, name(key), question, type, undefined),
  createIndexSignature: (modifiers, parameters, type) => made['createIndexSignatureDeclaration']!(modifiers, parameters, type),
  createTypeParameterDeclaration: (modifiers, key, constraint, usual) =>
    made['createTypeParameterDeclaration']!(modifiers, name(key), constraint, undefined, usual),
  createImportClause: (isTypeOnly, key, bindings) =>
    made['createImportClause']!(isTypeOnly === true ? SyntaxKind.TypeKeyword : undefined, name(key), bindings),
  createTypeReferenceNode(key, types) {
    const { kind, typeName } = name(key) as { kind: ast.SyntaxKind; typeName?: unknown };
    // A type in the place of a name is what is meant.
    const hasTypes = ((types ?? []) as readonly unknown[]).length > 0;
    if (kind === SyntaxKind.TypeReference) return !hasTypes ? key : made['createTypeReferenceNode']!(typeName, types);
    return kind === SyntaxKind.Identifier || kind === SyntaxKind.QualifiedName ? made['createTypeReferenceNode']!(name(key), types) : key;
  },
  createVariableDeclarationList: (declarations, flags) => made['createVariableDeclarationList']!(declarations, flags ?? NodeFlags.None),
  // Comments are left out.
  createJSDocComment: () => noComment,
  createJSDocText: () => noComment,
};

const factory = new Proxy(others, {
  get(known, key: string) {
    const plain = made[key];
    if (known[key] !== undefined) return known[key];
    if (plain === undefined) throw new TypeError(`there is no ${key}: add it to ${import.meta.filename}`);
    return (...given: unknown[]) => plain(...(literals.test(key) ? given : given.map(name)));
  },
});

let api: API | undefined;
let print: ((node: ast.Node) => string) | undefined;
function printed(node: ast.Node): string {
  if (print === undefined) {
    api = new API({ cwd: import.meta.dirname });
    const project = api.updateSnapshot({ openProject: `${import.meta.dirname}/../../../tsconfig.json` }).getProjects()[0]!;
    print = (one) => project.emitter.printNode(one);
  }
  return print(node);
}

const isStatement = (node: ast.Node): boolean =>
  node.kind === SyntaxKind.Block ||
  (node.kind >= SyntaxKind.FirstStatement && node.kind <= SyntaxKind.LastStatement) ||
  SyntaxKind[node.kind].endsWith('Declaration');

const typescript = {
  ...ast,
  ...is,
  factory,
  isStatement,
  isEntityName: (node: ast.Node) => node.kind === SyntaxKind.Identifier || node.kind === SyntaxKind.QualifiedName,
  EmitHint: { Unspecified: 4 },
  NewLineKind: { CarriageReturnLineFeed: 0, LineFeed: 1 },
  ScriptTarget: { Latest: 99, ESNext: 99 },
  ScriptKind: { TS: 3 },
  createSourceFile: () => ({}),
  addSyntheticLeadingComment: (node: ast.Node) => node,
  createPrinter: () => ({
    printNode: (_hint: number, node: ast.Node | typeof noComment) => (node === noComment ? '/** */' : printed(node)),
  }),
  /** Ends the process that prints. */
  end: () => api?.close(),
};

export default typescript;
