import { stringify } from 'yaml';

/** A setting as a line of a file. */
export interface YamlRow {
  /** Dotted. */
  readonly key: string;
  readonly value: unknown;
  /** Said above it, wrapped. */
  readonly about?: string;
  /** Said behind it. */
  readonly remark?: string;
  /** Written so that it does nothing until its `#` is removed. */
  readonly isOff?: boolean;
}

const width = 110;

/**
 * Settings as YAML, one section for each level of their keys, in the order given except that sections stay together.
 * @param notes said above a section, by its name
 */
export function yamlText(rows: readonly YamlRow[], notes: ReadonlyMap<string, string> = new Map()): string {
  const lines: string[] = [];
  const placed = rows.map((row) => ({ row, path: row.key.split('.') }));
  writeLevel(placed, 0, lines, notes);
  return lines.join('\n');
}

interface Placed {
  readonly row: YamlRow;
  readonly path: readonly string[];
}

function writeLevel(placed: readonly Placed[], depth: number, lines: string[], notes: ReadonlyMap<string, string>): void {
  const indent = '  '.repeat(depth);
  for (const [name, members] of Map.groupBy(placed, ({ path }) => path[depth]!)) {
    const [first] = members;
    if (first!.path.length === depth + 1) writeRow(first!.row, name, indent, lines);
    const below = members.filter(({ path }) => path.length > depth + 1);
    if (below.length === 0) continue;
    if (depth === 0 && lines.length > 0) lines.push('');
    const note = depth === 0 ? notes.get(name) : undefined;
    if (note !== undefined) lines.push(...wrapped(note, width).map((line) => `# ${line}`));
    // Also where all of it is off: then one setting can be switched on by itself.
    lines.push(`${indent}${keyText(name)}:`);
    writeLevel(below, depth + 1, lines, notes);
  }
}

function writeRow({ value, about, remark, isOff = false }: YamlRow, name: string, indent: string, lines: string[]): void {
  for (const line of wrapped(about ?? '', width - indent.length)) lines.push(`${indent}# ${line}`);
  const [head = '', ...rest] = stringify({ [name]: value }, { lineWidth: 0, nullStr: '', blockQuote: false })
    .trimEnd()
    .split('\n');
  const sign = isOff ? '#' : '';
  const end = remark === undefined ? '' : ` # ${remark}`;
  lines.push(`${indent}${sign}${head.trimEnd()}${end}`, ...rest.map((line) => `${indent}${sign}${line}`));
}

function keyText(name: string): string {
  return stringify({ [name]: 1 }).split(': 1')[0]!;
}

function wrapped(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length + 1 <= most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
