/** A fenced block: its language, the words after it, its text and the line it starts on. */
export interface Block {
  readonly language: string;
  readonly words: readonly string[];
  readonly text: string;
  readonly line: number;
}

/** The fenced blocks of a Markdown page, in order. */
export function blocksOf(text: string): Block[] {
  return [...text.matchAll(/^```(\w+)([^\n]*)\n(.*?)^```$/gms)].map((match) => ({
    language: match[1]!,
    words: match[2]!.split(/\s+/).filter(Boolean),
    text: match[3]!,
    line: text.slice(0, match.index).split('\n').length,
  }));
}

/** The value of a word such as `exit=4`. */
export function wordOf(block: Block, name: string): string | null {
  return block.words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
}

/** Targets of links and images outside code, without those that leave the repository. */
export function relativeLinksOf(text: string): string[] {
  const prose = text.replaceAll(/^```.*?^```$/gms, '').replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!).filter((target) => !/^[a-z]+:|^#/i.test(target));
}

/** Paths in the second column of a table whose first column says what is to be changed. */
export function pathsInTables(text: string): string[] {
  return [...text.matchAll(/^\|[^|\n]+\|([^\n]+)\|$/gm)].flatMap((row) =>
    [...row[1]!.matchAll(/`([\w.-]+(?:\/[\w.*-]+)+\/?|[\w.-]+\.(?:ts|json|md|js))`/g)].map((match) => match[1]!),
  );
}
