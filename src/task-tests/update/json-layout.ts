/** How a JSON text is laid out, so that what is added looks like what is there. */
export interface Layout {
  /** One step of indentation. */
  readonly indent: string;
  readonly newline: string;
  /** `{ "a": 1 }` rather than `{"a":1}` for objects on one line. */
  readonly isSpaced: boolean;
}

/** Longest value that is written on one line where the one before was. */
const longestLine = 120;

export function layoutOf(text: string): Layout {
  return {
    indent: /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ',
    newline: text.includes('\r\n') ? '\r\n' : '\n',
    isSpaced: !/\{"/.test(text),
  };
}

/** The blanks at the beginning of the line an offset stands on. */
export function indentAt(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart))![0];
}

/** A value as JSON in a layout. @param isOneLine whether what it replaces stood on one line @param indent of the line it begins on */
export function laidOut(value: unknown, { layout, isOneLine, indent }: { layout: Layout; isOneLine: boolean; indent: string }): string {
  if (isOneLine) {
    const line = oneLine(value, layout.isSpaced);
    if (line.length <= longestLine) return line;
  }
  return JSON.stringify(value, null, layout.indent).split('\n').join(`${layout.newline}${indent}`);
}

function oneLine(value: unknown, isSpaced: boolean): string {
  const [gap, pad] = isSpaced ? [' ', ' '] : ['', ''];
  if (Array.isArray(value)) return `[${value.map((item: unknown) => oneLine(item, isSpaced)).join(`,${gap}`)}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${gap}${oneLine(item, isSpaced)}`);
  return fields.length === 0 ? '{}' : `{${pad}${fields.join(`,${gap}`)}${pad}}`;
}
