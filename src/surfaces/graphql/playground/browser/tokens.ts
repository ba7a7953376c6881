export type TokenKind = 'word' | 'variable' | 'directive' | 'text' | 'number' | 'sign' | 'remark';

/** A piece of a document and where it stands; what is between two is space. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly at: number;
}

const pattern =
  /(?<remark>#[^\n]*)|(?<text>"""(?:\\"""|[^])*?(?:"""|$)|"(?:\\.|[^"\\\n])*"?)|(?<variable>\$\w*)|(?<directive>@\w*)|(?<number>-?\d[\d.eE+-]*)|(?<word>[A-Za-z_]\w*)|(?<sign>\.\.\.|[{}()[\]:!=|&])/g;

/** The tokens of a document, also of one that is only half written. */
export function tokensOf(text: string): Token[] {
  return [...text.matchAll(pattern)].map((found) => {
    const [kind] = Object.entries(found.groups!).find(([, said]) => said !== undefined)!;
    return { kind: kind as TokenKind, text: found[0], at: found.index };
  });
}

/** The names of the operations of a document, in order; those without a name are left out. */
export function operationsOf(text: string): string[] {
  const names: string[] = [];
  let depth = 0;
  const tokens = tokensOf(text).filter(({ kind }) => kind !== 'remark');
  for (const [index, { kind, text: said }] of tokens.entries()) {
    if (said === '{' || said === '(') depth++;
    else if (said === '}' || said === ')') depth--;
    const next = tokens[index + 1];
    if (depth === 0 && kind === 'word' && /^(?:query|mutation|subscription)$/.test(said) && next?.kind === 'word') names.push(next.text);
  }
  return names;
}
