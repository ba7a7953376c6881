import type { Operation } from '#kernel/index.ts';
import { commandRows } from '#surfaces/cli/commands.ts';
import { globalFlags } from '#surfaces/cli/globals.ts';
import { placeholder, shownDefault, usageOf } from '#surfaces/cli/read-input.ts';
import { shapeOf, type Flag } from '#surfaces/cli/project.ts';
import { code, markdown, table, type Page } from './page.ts';

/** The reference of every command, as `--help` shows it. */
export async function commandsPage(operations: readonly Pick<Operation, 'name' | 'permission'>[]): Promise<Page> {
  const permissions = new Map(operations.map(({ name, permission }) => [name, permission]));
  // The command's own view of its operation: some have flags of their own, and lists have one for each field.
  const commands = await Promise.all(commandRows.map(async (row) => (await row.load()).operation));
  const blocks = commands
    .toSorted((a, b) => (a.on.cli!.command < b.on.cli!.command ? -1 : 1))
    .flatMap((operation) => {
      const shape = shapeOf(operation);
      return [
        `## ${shape.words}`,
        `${shape.summary}.`,
        ['```text', usageOf(shape), '```'].join('\n'),
        shape.details,
        shape.flags.length > 0 ? table(['flag', 'default', 'meaning'], shape.flags.map(flagRow)) : '',
        ['```sh', ...shape.examples.flatMap(({ line, about }) => [`# ${about}`, line]), '```'].join('\n'),
        `Operation ${code(operation.name)}; needs the permission ${code(permissions.get(operation.name) ?? '')}.`,
      ];
    });
  return markdown(
    'docs/reference/commands.md',
    '# Commands',
    'Every command is a projection of an operation; `ratchet <command> --help` says the same. Results go to standard output, everything else to standard error; what a command ends with is in [exit codes](exit-codes.md).',
    ...blocks,
    '## Flags that every command has',
    table(
      ['flag', 'meaning'],
      globalFlags.map((flag) => [code(`--${flag.name}${flag.placeholder ? ` <${flag.placeholder}>` : ''}`), flag.describe]),
    ),
  );
}

function flagRow(flag: Flag): string[] {
  const [open, close] = flag.kind === 'optional-number' || flag.kind === 'optional-text' ? ['[', ']'] : ['<', '>'];
  const value = flag.kind === 'switch' ? '' : ` ${open}${placeholder(flag)}${close}`;
  const standing = flag.isRequired ? 'required' : flag.defaultValue === undefined ? '' : code(JSON.stringify(shownDefault(flag)));
  return [code(`--${flag.name}${value}`), standing, flag.describe];
}
