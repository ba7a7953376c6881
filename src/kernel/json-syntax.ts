/**
 * Offset of the first character that cannot continue a JSON text, or the length when it just ends too early.
 * The engine's own message names a position only sometimes, so the grammar (RFC 8259) is walked here; it runs after a failure only.
 */
export function firstBadOffset(text: string): number {
  let at = 0;
  const closers: string[] = [];
  const skip = () => {
    while (at < text.length && ' \t\r\n'.includes(text[at]!)) at++;
  };
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at += found[0].length;
    return found !== null;
  };
  /** Reads a text; false leaves `at` on the character that is wrong. */
  const string = (): boolean => {
    if (text[at] !== '"') return false;
    at++;
    // In bounded pieces: one repeated group over a text of megabytes would overflow the engine's stack.
    while (take(/(?:[^"\\\p{Cc}]|[\u007f-\u009f]){1,1000}|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4}/uy));
    if (text[at] !== '"') return false;
    at++;
    return true;
  };
  const word = (expected: string): boolean => {
    for (const char of expected) {
      if (text[at] !== char) return false;
      at++;
    }
    return true;
  };
  const key = (): boolean => {
    skip();
    if (!string()) return false;
    skip();
    return word(':');
  };
  for (;;) {
    skip();
    const start = text[at];
    if (start === '{' || start === '[') {
      at++;
      skip();
      const closer = start === '{' ? '}' : ']';
      if (text[at] === closer) at++;
      else {
        closers.push(closer);
        if (closer === '}' && !key()) return at;
        continue;
      }
    } else if (start === '"') {
      if (!string()) return at;
    } else if (start === 't' || start === 'f' || start === 'n') {
      if (!word(start === 't' ? 'true' : start === 'f' ? 'false' : 'null')) return at;
    } else if (!take(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y)) {
      return start === '-' ? at + 1 : at;
    }
    // A value has ended: close what closes here, go on after a comma.
    for (;;) {
      skip();
      const closer = closers.at(-1);
      if (closer === undefined) return at;
      if (text[at] === closer) {
        closers.pop();
        at++;
      } else if (text[at] === ',') {
        at++;
        if (closer === '}' && !key()) return at;
        break;
      } else return at;
    }
  }
}

/** What is wrong at the offset that `firstBadOffset` found: `unexpected "}"`, `it ends too early`. */
export function jsonFaultAt(text: string, offset: number): string {
  if (text.trim() === '') return 'it is empty';
  if (offset >= text.length) return 'it ends too early';
  const char = String.fromCodePoint(text.codePointAt(offset)!);
  return char < ' ' ? 'a control character inside a text' : `unexpected ${JSON.stringify(char)}`;
}
