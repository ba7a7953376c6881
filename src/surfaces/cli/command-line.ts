import { Command as Program, CommanderError, Option } from 'commander';
import { closest, distance } from 'fastest-levenshtein';
import { exitCodes } from '#kernel/index.ts';
import type { Command } from './command.ts';
import { findRow, groupSummaries, type CommandRow } from './commands.ts';
import { commandLineInvalid } from './errors.ts';
import { globalFlags, wordsOf, type Globals } from './globals.ts';
import { shapeOf, type CommandShape, type Flag } from './project.ts';
import { bareFlag, placeholder, shownDefault, usageOf } from './read-input.ts';

/** What a command line asks for: some text (help, the version), or a command. */
export type Asked =
  | { kind: 'text'; text: string }
  | {
      kind: 'command';
      command: Command;
      shape: CommandShape;
      globals: Globals;
      flags: ReadonlyMap<string, string | boolean | string[]>;
      words: readonly string[];
    };

/**
 * Reads a command line. Loads the code of the one command it names and of no other.
 * @param argv without the program's own name
 * @throws COMMAND_LINE_INVALID
 */
export async function readCommandLine(argv: readonly string[], rows: readonly CommandRow[], version: string): Promise<Asked> {
  const words = wordsOf(argv);
  const row = findRow(words, rows);
  if (!row && words.length > 0) refuseUnknown(words, rows);
  const command = await row?.load();
  const shape = command && shapeOf(command.operation);

  let asked: Asked | undefined;
  let printed = '';
  const tame = (program: Program) =>
    program
      .exitOverride()
      .configureOutput({ writeOut: (text) => (printed += text), writeErr: () => {}, getOutHasColors: () => false })
      .configureHelp({ showGlobalOptions: false, helpWidth: 120 })
      .helpOption('-h, --help', 'Show help, with examples')
      .allowExcessArguments();
  const root = tame(new Program('ratchet'))
    .usage('<command> [flags]')
    .description('Runs JavaScript and TypeScript tasks in a sandbox.')
    .version(version, '-V, --version', 'Print the version')
    .helpCommand('help [command]', 'Show help for a command')
    .enablePositionalOptions();
  addGlobals(root, []);
  root.addHelpText('after', rootHelp(rows));

  for (const one of rows) {
    const group = groupOf(root, one.words, tame);
    const program = tame(new Program(one.words.split(' ').at(-1))).summary(one.summary);
    group.addCommand(program);
    if (one !== row || !shape || !command) continue;
    const globalsOnThis = decorate(program, shape);
    program.action(() => {
      const own = program.opts<Record<string, string | boolean | string[]>>();
      const globals = {
        ...root.opts(),
        ...Object.fromEntries(globalsOnThis.filter((name) => own[name] !== undefined).map((name) => [name, own[name]])),
      };
      // Commander's `--no-color` is a switch `color` that is true until it is refused.
      const isColorRefused = root.opts()['color'] === false || own['color'] === false;
      asked = {
        kind: 'command',
        command,
        shape,
        globals: { format: 'auto', ...globals, isColorRefused },
        flags: new Map(shape.flags.flatMap((flag) => pick(flag, own))),
        words: program.args,
      };
    });
  }

  try {
    await root.parseAsync(shape === undefined ? [...argv] : withBareFlags(argv, shape), { from: 'user' });
  } catch (caught) {
    if (!(caught instanceof CommanderError)) throw caught;
    if (caught.exitCode !== 0 && caught.code !== 'commander.help') throw translated(caught, shape);
  }
  if (asked) return asked;
  if (printed === '') (row ? root : groupNamed(root, words)).outputHelp();
  return { kind: 'text', text: printed };
}

/** The innermost of the groups that these words lead through. */
function groupNamed(program: Program, [word, ...rest]: readonly string[]): Program {
  const found = program.commands.find((one) => one.name() === word);
  return found === undefined ? program : groupNamed(found, rest);
}

function refuseUnknown(words: readonly string[], rows: readonly CommandRow[]): void {
  const leadsOn = (count: number) => rows.some((row) => row.words.startsWith(`${words.slice(0, count).join(' ')} `));
  let depth = 0;
  while (depth < words.length && leadsOn(depth + 1)) depth++;
  if (depth === words.length) return;
  const asked = words.slice(0, depth + 1).join(' ');
  const near = closest(asked, [...rows.map((row) => row.words), 'help']);
  const suggestion = distance(asked, near) <= Math.max(2, Math.floor(asked.length / 3)) ? `. Did you mean ${near}?` : '';
  throw commandLineInvalid({
    problem: `unknown command ${JSON.stringify(asked)}${suggestion}`,
    command: 'ratchet',
    usage: 'ratchet <command> [flags]',
  });
}

/** `generate task` sits below a command `generate` that only lists what is below it, `server config get` below two such. */
function groupOf(root: Program, words: string, tame: (program: Program) => Program): Program {
  const path = words.split(' ').slice(0, -1);
  return path.reduce((above, name, index) => {
    const existing = above.commands.find((one) => one.name() === name);
    if (existing) return existing;
    const made = tame(new Program(name))
      .summary(groupSummaries[path.slice(0, index + 1).join(' ')] ?? '')
      .usage('<command> [flags]');
    above.addCommand(made);
    return made;
  }, root);
}

/** Gives a command its flags, help and examples. @returns the names of the global flags it has as well */
function decorate(program: Program, shape: CommandShape): string[] {
  program.description(shape.details).usage(
    usageOf(shape)
      .split(' ')
      .slice(1 + shape.words.split(' ').length)
      .join(' '),
  );
  for (const flag of shape.positional) program.argument(`[${flag.field}${flag.kind === 'list' ? '...' : ''}]`, flag.describe);
  for (const flag of shape.flags) program.addOption(optionOf(flag));
  program.addHelpText('after', `\nExamples:\n${shape.examples.map(({ line, about }) => `  # ${about}\n  ${line}\n`).join('')}`);
  return addGlobals(
    program,
    shape.flags.map((flag) => flag.name),
  );
}

/** A flag whose value may be left out takes the next word only where that looks like one: in `--bail my-task` it does not. */
function withBareFlags(argv: readonly string[], shape: CommandShape): string[] {
  const patterns = new Map<string, RegExp>(
    shape.flags.flatMap((flag) => (isOptional(flag) ? [[`--${flag.name}`, flag.optional?.pattern ?? /^\d+$/] as const] : [])),
  );
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  // Before the command stand flags that every command has: `--profile development run-once --profile`.
  const start = argv.indexOf(shape.words.split(' ')[0]!);
  return argv.map((arg, index) =>
    index > start && index < end && patterns.get(arg)?.test(argv[index + 1] ?? '') === false ? `${arg}=${bareFlag}` : arg,
  );
}

function isOptional({ kind }: Flag): boolean {
  return kind === 'optional-number' || kind === 'optional-text';
}

function optionOf(flag: Flag): Option {
  const takesValue = flag.kind !== 'switch';
  const text = isOptional(flag)
    ? `--${flag.name} [${placeholder(flag)}]`
    : takesValue
      ? `--${flag.name} <${placeholder(flag)}>`
      : `--${flag.name}`;
  const shown = flag.defaultValue === undefined || flag.kind === 'switch' ? '' : ` (default: ${JSON.stringify(shownDefault(flag))})`;
  const option = new Option(text, `${flag.describe}${shown}`);
  // Commander takes `--no-retry-on` for the opposite of `--retry-on`, and would give both one value.
  option.negate = false;
  // The choices are in the placeholder already; checking them here gives one message for all commands.
  if (flag.choices.length > 0) option.argParser(choiceParser(flag.name, flag.choices));
  if (flag.kind === 'list') option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
  return option;
}

function choiceParser(name: string, choices: readonly string[]): (value: string) => string {
  return (value) => {
    if (choices.includes(value)) return value;
    const near = closest(value, [...choices]);
    const suggestion = distance(value, near) <= 2 ? ` Did you mean ${near}?` : '';
    throw new CommanderError(
      2,
      'ratchet.choice',
      `--${name} cannot be ${JSON.stringify(value)}; it is one of ${choices.join(', ')}.${suggestion}`,
    );
  };
}

function addGlobals(program: Program, taken: readonly string[]): string[] {
  return globalFlags.flatMap((flag) => {
    if (taken.includes(flag.name)) return [];
    const option = new Option(flag.placeholder ? `--${flag.name} <${flag.placeholder}>` : `--${flag.name}`, flag.describe);
    option.helpGroup('Flags of every command:');
    // A wrong log level is tolerated with a note, as it always was; other wrong choices are refused.
    if (flag.choices.length > 0 && flag.name !== 'log-level') option.argParser(choiceParser(flag.name, flag.choices));
    program.addOption(option);
    return [option.attributeName()];
  });
}

function pick(flag: Flag, own: Record<string, string | boolean | string[]>): [string, string | boolean | string[]][] {
  const value = own[optionOf(flag).attributeName()];
  return value === undefined ? [] : [[flag.name, value]];
}

function translated(error: CommanderError, shape: CommandShape | undefined): Error {
  const problem = error.message.replace(/^error: /, '').replace(/\n\((.*)\)$/s, '. $1');
  const command = shape ? `ratchet ${shape.words}` : 'ratchet';
  return commandLineInvalid({ problem, command, usage: shape ? usageOf(shape) : 'ratchet <command> [flags]' });
}

function rootHelp(rows: readonly CommandRow[]): string {
  const codes = Object.values(exitCodes).map(({ code, meaning }) => `  ${String(code).padEnd(5)}${meaning}\n`);
  const second = rows.some((row) => row.words === 'validate')
    ? `  # Find every mistake in a task\n  ratchet validate sample/js-tasks/addition\n`
    : '';
  return (
    `\nExamples:\n  # Run a task once\n  ratchet run-once --from-fs sample/js-tasks/addition --input-json='{"num1": 5, "num2": 10}'\n${second}` +
    `\nExit codes:\n${codes.join('')}`
  );
}
