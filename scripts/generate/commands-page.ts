import type { Operation } from '#kernel/index.ts';
import { globalFlags } from '#surfaces/cli/globals.ts';
import { placeholder, usageOf } from '#surfaces/cli/read-input.ts';
import { shapeOf, type Flag } from '#surfaces/cli/project.ts';
import { code, markdown, table, type Page } from './page.ts';

/** The reference of every command, as `--help` shows it. */
export function commandsPage(operations: readonly Operation[]): Page {
  const onCommandLine = operations.filter(({ on }) => on.cli !== undefined);
  const blocks = onCommandLine
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
        `Operation ${code(operation.name)}; needs the permission ${code(operation.permission)}.`,
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
  const standing = flag.isRequired ? 'required' : flag.defaultValue === undefined ? '' : code(JSON.stringify(flag.defaultValue));
  return [code(`--${flag.name}${value}`), standing, flag.describe];
}
