import { shapeOf, type CommandShape, type Flag } from '#surfaces/cli/project.ts';
import { placeholder, shownDefault } from '#surfaces/cli/read-input.ts';
import type { Paint } from '#surfaces/cli/terminal.ts';
import { builtIns } from './built-ins.ts';
import { consoleShape } from './commands/console-shape.ts';
import { actionsOf, nearest } from './commands/find-row.ts';
import type { ConsoleRow } from './commands/console-rows.ts';
import { consoleLineInvalid } from './errors.ts';

/** `help`, `help task`, `help task execute`. @throws CONSOLE_LINE_INVALID */
export async function helpText(words: readonly string[], rows: readonly ConsoleRow[], paint: Paint): Promise<string> {
  if (words.length === 0) return overview(rows, paint);
  const asked = words.join(' ');
  const row = rows.find((one) => one.words === asked);
  if (row !== undefined) return commandHelp(consoleShape(shapeOf((await row.load()).operation), row.words), paint);
  const below = rows.filter((one) => one.words.startsWith(`${asked} `));
  if (below.length > 0)
    return listed(
      below.map(({ words: one, summary }) => [one, summary]),
      paint,
    );
  const own = builtIns.find(({ name }) => name === asked);
  if (own !== undefined) return listed([[own.usage, own.summary]], paint);
  const known = [
    ...new Set(rows.map((one) => one.words.split(' ')[0]!)),
    ...rows.map((one) => one.words),
    ...builtIns.map(({ name }) => name),
  ];
  const near = nearest(asked, known);
  throw consoleLineInvalid({ problem: `There is no command ${asked}${near}`, help: '' });
}

function overview(rows: readonly ConsoleRow[], paint: Paint): string {
  const categories = new Map<string, string[]>();
  for (const { words } of rows) {
    const [category = ''] = words.split(' ');
    categories.set(category, actionsOf(category, rows));
  }
  const summaries = new Map(rows.map(({ words, summary }) => [words, summary]));
  const lines = [...categories].map(([category, actions]) => [category, actions.join(', ') || (summaries.get(category) ?? '')] as const);
  return [
    paint('bold', 'Commands'),
    listed(lines, paint),
    paint('bold', 'Of the console itself'),
    listed(
      builtIns.map(({ usage, summary }) => [usage, summary]),
      paint,
    ),
    'Every command takes --format table|json|yaml, and `> file` puts its answer into a file.',
    'Tab completes; Ctrl-R searches what was typed; Ctrl-C cancels what runs; Ctrl-D leaves. `help task execute` shows flags.',
    '',
  ].join('\n');
}

function listed(lines: readonly (readonly [name: string, text: string])[], paint: Paint): string {
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, text]) => `  ${paint('cyan', name.padEnd(width))}  ${text}\n`).join('');
}

function commandHelp(shape: CommandShape, paint: Paint): string {
  const usage = [shape.words, ...shape.positional.map(({ field, isRequired }) => (isRequired ? `<${field}>` : `[${field}]`)), '[flags]'];
  const flags = shape.flags.map((flag) => [flagText(flag), `${flag.describe}${defaultText(flag)}`] as const);
  const examples = shape.examples.map(({ line, about }) => `  ${paint('dim', `# ${about}`)}\n  ${line.replace(/^ratchet /, '')}\n`);
  return [
    `${usage.join(' ')}\n\n${shape.details}\n`,
    ...(flags.length === 0 ? [] : [`\n${paint('bold', 'Flags')}\n${listed(flags, paint)}`]),
    ...(examples.length === 0 ? [] : [`\n${paint('bold', 'Examples')}\n${examples.join('')}`]),
  ].join('');
}

const flagText = (flag: Flag) => (flag.kind === 'switch' ? `--${flag.name}` : `--${flag.name} <${placeholder(flag)}>`);

const defaultText = (flag: Flag) =>
  flag.defaultValue === undefined || flag.kind === 'switch' ? '' : ` (default: ${JSON.stringify(shownDefault(flag))})`;
