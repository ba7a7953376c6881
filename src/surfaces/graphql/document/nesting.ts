/** What stands in quotes or behind a sign for remarks has no brackets that count. */
const notCode = /"""(?:\\"""|[^])*?(?:"""|$)|"(?:\\.|[^"\\\n])*"?|#[^\n]*/g;

/** How deep brackets of any kind stand inside of each other in the text of a document: whoever reads it has to remember each that is open. */
export function nestingOf(text: string): number {
  let open = 0;
  let most = 0;
  for (const sign of text.replaceAll(notCode, '')) {
    if (sign === '{' || sign === '[' || sign === '(') most = Math.max(most, ++open);
    else if (sign === '}' || sign === ']' || sign === ')') open--;
  }
  return most;
}
