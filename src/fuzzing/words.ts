/** What occurs in the task's own code and tests: the values it treats in a special way are among them. */
export interface Words {
  /** Texts in quotes, short ones. */
  readonly texts: readonly string[];
  readonly numbers: readonly number[];
  /** Names after a dot and in braces: fields of what the task reads, among others. */
  readonly names: readonly string[];
}

export const noWords: Words = { texts: [], numbers: [], names: [] };

const most = 200;

/** Reads the words of a task's source files. A rough look is enough: what is no word of the code does no harm. */
export function wordsOf(sources: readonly string[]): Words {
  const texts = new Set<string>();
  const numbers = new Set<number>();
  const names = new Set<string>();
  for (const source of sources) {
    for (const [, , text] of source.matchAll(/(['"`])((?:(?!\1)[^\\\n$]){1,40})\1/g)) if (texts.size < most) texts.add(text!);
    for (const [text] of source.matchAll(/(?<![\w.])\d+(?:\.\d+)?(?![\w.])/g)) if (numbers.size < most) numbers.add(Number(text));
    for (const [, name] of source.matchAll(/\.([A-Za-z_$][\w$]{0,40})\b(?!\s*\()/g)) if (names.size < most) names.add(name!);
  }
  return { texts: [...texts], numbers: [...numbers], names: [...names] };
}
