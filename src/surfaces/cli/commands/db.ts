import { call, type Operation } from '#kernel/index.ts';
import {
  databaseBackupOperation,
  databaseCheckOperation,
  databaseMigrateOperation,
  databaseRestoreOperation,
  databaseStatsOperation,
  databaseStatusOperation,
  type DatabaseBackupAnswer,
  type DatabaseCheckAnswer,
  type DatabaseMigrateAnswer,
  type DatabaseRestoreAnswer,
  type DatabaseStatsAnswer,
  type DatabaseStatusAnswer,
  type MaintenanceServices,
} from '#storage/operations.ts';
import { z } from 'zod';
import type { Command, Screen } from '../command.ts';
import { tableText } from '../remote/table.ts';
import { sizeText } from '../size.ts';
import { jsonText } from '../terminal.ts';

/** Which database is meant, where it is not the one of the configuration. */
const whichDatabase = {
  dataDir: z.string().min(1).optional().describe('Folder with the database, as given to `ratchet serve`').meta({ placeholder: 'path' }),
  databaseUrl: z.string().min(1).optional().describe('sqlite:<file> or postgres://user@host/database'),
};
export type WhichDatabase = { readonly dataDir?: string | undefined; readonly databaseUrl?: string | undefined };

type MaintenanceOperation = Operation<MaintenanceServices, z.ZodObject>;

/** Puts an operation on a whole database on the command line: it works on the file or server itself, not through a running server. */
function databaseCommand<Answer>(
  operation: unknown,
  text: (answer: Answer, screen: Screen) => string,
  isBad: (answer: Answer) => boolean = () => false,
): Command {
  const known = operation as MaintenanceOperation;
  return {
    operation: { ...known, input: known.input.extend(whichDatabase) },
    async run(typed, parts, options) {
      const { dataDir, databaseUrl, ...input } = typed as Record<string, unknown> & WhichDatabase;
      return call(known, { maintenance: await parts.maintenance({ dataDir, databaseUrl }) }, input, options);
    },
    show(answer, screen) {
      screen.out(
        screen.format === 'auto' && screen.isOutTerminal
          ? text(answer as Answer, screen)
          : `${jsonText(answer, screen.format === 'pretty')}\n`,
      );
      return { exit: isBad(answer as Answer) ? 'failed' : 'ok' };
    },
  };
}

export const dbStatusCommand = databaseCommand<DatabaseStatusAnswer>(
  databaseStatusOperation,
  ({ where, state, applied, pending, owner }, { paintOut }) => {
    const states = {
      current: paintOut('green', 'up to date'),
      outdated: paintOut('yellow', 'to be migrated: run `ratchet db migrate`, or start the server'),
      missing: 'not there yet: it is made when the server starts',
      newer: paintOut('red', 'made by a newer program: use that one'),
      changed: paintOut('red', 'migrated with other migrations than this program knows'),
    };
    const lines = [`${where}: ${states[state]}`];
    if (owner !== null) lines.push(`In use by process ${owner}.`);
    for (const { number, name, appliedAt } of applied)
      lines.push(`  ${String(number).padStart(4, '0')} ${name}  ${paintOut('dim', appliedAt)}`);
    for (const { number, name, note } of pending)
      lines.push(`  ${String(number).padStart(4, '0')} ${name}  ${paintOut('yellow', 'lacking')}  ${note}`);
    return `${lines.join('\n')}\n`;
  },
);

export const dbMigrateCommand = databaseCommand<DatabaseMigrateAnswer>(databaseMigrateOperation, ({ isDryRun, migrations }) => {
  if (migrations.length === 0) return 'Nothing to do: the schema is up to date.\n';
  const steps = migrations.map(({ number, name, note }) => `  ${String(number).padStart(4, '0')} ${name}\n       ${note}`);
  return `${isDryRun ? 'Would apply' : 'Applied'}:\n${steps.join('\n')}\n`;
});

export const dbStatsCommand = databaseCommand<DatabaseStatsAnswer>(databaseStatsOperation, (stats, { paintOut }) => {
  const { where, bytes, walBytes, freeBytes, fragmentation, tables } = stats;
  const more = [
    ...(walBytes === null ? [] : [`${sizeText(walBytes)} in its log`]),
    ...(freeBytes === null ? [] : [`${sizeText(freeBytes)} free inside`]),
    ...(fragmentation === null ? [] : [`${Math.round(fragmentation * 100)} % of its pages empty`]),
  ];
  const rows = tables.map((table) => ({ ...table, size: sizeText(table.bytes), indexes: sizeText(table.indexBytes) }));
  const columns = [
    { field: 'name', title: 'TABLE' },
    { field: 'rows', title: 'ROWS' },
    { field: 'size', title: 'SIZE' },
    { field: 'indexes', title: 'INDEXES' },
  ];
  return `${where}: ${sizeText(bytes)}${more.length > 0 ? ` (${more.join(', ')})` : ''}\n\n${tableText(rows, columns, { width: null, now: 0, paint: paintOut })}`;
});

export const dbBackupCommand = databaseCommand<DatabaseBackupAnswer>(
  databaseBackupOperation,
  ({ file, bytes }) => `Wrote ${file} (${sizeText(bytes)}). \`ratchet db restore ${file}\` puts it back.\n`,
);

export const dbRestoreCommand = databaseCommand<DatabaseRestoreAnswer>(
  databaseRestoreOperation,
  ({ where, kept }) => `Restored ${where}.${kept === null ? '' : ` What was there before is now ${kept}.`}\n`,
);

export const dbCheckCommand = databaseCommand<DatabaseCheckAnswer>(
  databaseCheckOperation,
  ({ checked, findings }, { paintOut }) =>
    findings.length === 0
      ? `${paintOut('green', 'Sound')}: ${checked.join(', ')}.\n`
      : `${findings.map(({ what, problem, advice }) => `${paintOut('red', what)}  ${problem}\n  ${advice}`).join('\n')}\n`,
  ({ state }) => state === 'failed',
);
