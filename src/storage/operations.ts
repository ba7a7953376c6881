import { isoTime, operation, Timestamp } from '#kernel/index.ts';
import { z } from 'zod';
import {
  backupExists,
  backupFailed,
  backupInvalid,
  databaseBusy,
  databaseMissing,
  databaseUnreadable,
  migrationChanged,
  schemaNewer,
  schemaOutdated,
  storageFull,
  storageInUse,
  storageUnavailable,
} from './errors.ts';
import { checkedThings } from './maintenance/check.ts';
import type { DatabaseMaintenance } from './maintenance/database-maintenance.ts';

export interface MaintenanceServices {
  readonly maintenance: DatabaseMaintenance;
}

const unreachable = [databaseUnreadable, storageUnavailable] as const;
const dialect = z.enum(['sqlite', 'postgres']);
const where = z.string().describe('The file, or the server and database; never a password.');
const bytes = z.number().int().nonnegative();

const Step = z.object({ number: z.number().int(), name: z.string(), note: z.string().describe('What it does, for the operator.') });

export const DatabaseStatusAnswer = z.object({
  dialect,
  where,
  state: z
    .enum(['current', 'outdated', 'missing', 'newer', 'changed'])
    .describe('outdated: migrations are lacking. newer, changed: this program refuses the database.'),
  applied: z.array(z.object({ number: z.number().int(), name: z.string(), appliedAt: Timestamp })),
  pending: z.array(Step),
  owner: z.number().int().nullable().describe('SQLite: the process that has the file open for writing.'),
});
export type DatabaseStatusAnswer = z.infer<typeof DatabaseStatusAnswer>;

export const databaseStatusOperation = operation({
  name: 'db.status',
  summary: 'Say which database is used and whether its schema is up to date',
  details:
    'Names the database, the migrations that were applied and those that are lacking, and who has the file open. Works beside a running server.',
  input: z.object({}),
  output: DatabaseStatusAnswer,
  errors: [...unreachable],
  effect: 'read',
  permission: 'system:read',
  on: {
    cli: {
      command: 'db status',
      examples: [{ line: 'ratchet db status', about: 'Prints the database, its state, and one line per migration' }],
    },
  },
  async run({ maintenance }: MaintenanceServices) {
    const { applied, pending, ...rest } = await maintenance.status();
    return {
      ...rest,
      applied: applied.map(({ number, name, applied_at }) => ({ number, name, appliedAt: isoTime(applied_at) })),
      pending: pending.map(({ number, name, note }) => ({ number, name, note })),
    };
  },
});

export const DatabaseMigrateAnswer = z.object({
  isDryRun: z.boolean(),
  migrations: z.array(Step).describe('In order; empty when nothing was lacking.'),
});
export type DatabaseMigrateAnswer = z.infer<typeof DatabaseMigrateAnswer>;

export const databaseMigrateOperation = operation({
  name: 'db.migrate',
  summary: 'Bring the schema of the database up to date',
  details:
    'Applies the migrations that are lacking, in order, each in a transaction; makes the database when there is none. A server does the same when it starts. ' +
    'A SQLite file must not be in use. With --dry-run nothing is changed.',
  input: z.object({ dryRun: z.boolean().default(false).describe('Only say what would be done') }),
  output: DatabaseMigrateAnswer,
  errors: [...unreachable, storageFull, storageInUse, migrationChanged, schemaNewer],
  effect: 'write',
  permission: 'system:write',
  on: {
    cli: {
      command: 'db migrate',
      examples: [
        { line: 'ratchet db migrate --dry-run', about: 'Says what would be done, with the note each migration has for the operator' },
        { line: 'ratchet db migrate', about: 'Does it' },
      ],
    },
  },
  async run({ maintenance }: MaintenanceServices, { dryRun }) {
    const migrations = await maintenance.migrate(dryRun);
    return { isDryRun: dryRun, migrations: migrations.map(({ number, name, note }) => ({ number, name, note })) };
  },
});

export const DatabaseStatsAnswer = z.object({
  dialect,
  where,
  bytes: bytes.describe('The file, or all tables on the server.'),
  walBytes: bytes.nullable().describe('SQLite: the log of what is not yet in the file.'),
  freeBytes: bytes.nullable().describe('SQLite: room in the file that nothing uses.'),
  fragmentation: z.number().nullable().describe('SQLite: share of the used pages that is empty, 0 to 1.'),
  tables: z.array(z.object({ name: z.string(), rows: z.number().int(), bytes, indexBytes: bytes })).describe('Largest first.'),
});
export type DatabaseStatsAnswer = z.infer<typeof DatabaseStatsAnswer>;

export const databaseStatsOperation = operation({
  name: 'db.stats',
  summary: 'Say how many rows and bytes the tables of the database have',
  details: 'Counts every row and looks at every page, so it takes a while on a large database. Works beside a running server.',
  input: z.object({}),
  output: DatabaseStatsAnswer,
  errors: [...unreachable, databaseMissing],
  effect: 'read',
  permission: 'system:read',
  on: { cli: { command: 'db stats', examples: [{ line: 'ratchet db stats', about: 'Prints one line per table, largest first' }] } },
  run: ({ maintenance }: MaintenanceServices) => maintenance.stats().then((stats) => ({ ...stats, tables: [...stats.tables] })),
});

export const DatabaseBackupAnswer = z.object({ file: z.string(), bytes });
export type DatabaseBackupAnswer = z.infer<typeof DatabaseBackupAnswer>;

export const databaseBackupOperation = operation({
  name: 'db.backup',
  summary: 'Copy the database into a file while it is used',
  details:
    'The copy is the database as it was at one moment. Of SQLite it is a SQLite file, of PostgreSQL an archive written by pg_dump, which has to be installed. ' +
    'A file that exists is never overwritten.',
  input: z.object({ file: z.string().min(1).describe('File to write') }),
  output: DatabaseBackupAnswer,
  errors: [...unreachable, databaseMissing, backupExists, backupFailed],
  effect: 'read',
  permission: 'system:write',
  on: {
    cli: {
      command: 'db backup',
      positional: ['file'],
      examples: [{ line: 'ratchet db backup ratchet-backup.db', about: 'Writes a copy, whether or not a server runs' }],
    },
  },
  run: ({ maintenance }: MaintenanceServices, { file }) => maintenance.backUp(file),
});

export const DatabaseRestoreAnswer = z.object({
  where,
  kept: z
    .string()
    .nullable()
    .describe('Where the database is now that was there before: a file, or a schema on the server; null when there was none.'),
});
export type DatabaseRestoreAnswer = z.infer<typeof DatabaseRestoreAnswer>;

export const databaseRestoreOperation = operation({
  name: 'db.restore',
  summary: 'Put a backup in the place of the database',
  details:
    'Checks the backup, and refuses while a server uses the database. What was there is kept under another name: a SQLite file beside the new one, ' +
    'tables on PostgreSQL in another schema. The PostgreSQL side is done by pg_restore, which has to be installed.',
  input: z.object({ file: z.string().min(1).describe('File that `ratchet db backup` has written') }),
  output: DatabaseRestoreAnswer,
  errors: [...unreachable, storageInUse, databaseBusy, backupInvalid, backupFailed],
  effect: 'destroy',
  permission: 'system:write',
  on: {
    cli: {
      command: 'db restore',
      positional: ['file'],
      examples: [
        { line: 'ratchet db restore ratchet-backup.db', about: 'Puts the copy in the place of the database and says where the old one is' },
      ],
    },
  },
  run: ({ maintenance }: MaintenanceServices, { file }) => maintenance.restore(file),
});

export const DatabaseCheckAnswer = z.object({
  state: z.enum(['ok', 'failed']),
  checked: z.array(z.enum(checkedThings)),
  findings: z.array(z.object({ what: z.enum(checkedThings), problem: z.string(), advice: z.string().describe('What to do next.') })),
});
export type DatabaseCheckAnswer = z.infer<typeof DatabaseCheckAnswer>;

export const databaseCheckOperation = operation({
  name: 'db.check',
  summary: 'Look for damage in the database',
  details:
    'Checks the file (SQLite), references between rows, the schema against the one this version makes, and the counts of rows against the rows. ' +
    'Changes nothing, and works beside a running server. With --recount wrong counts are put right first, which no server may be running for.',
  input: z.object({ recount: z.boolean().default(false).describe('Count the rows again before') }),
  output: DatabaseCheckAnswer,
  errors: [...unreachable, databaseMissing, storageFull, storageInUse, schemaOutdated, migrationChanged, schemaNewer],
  effect: 'write',
  permission: 'system:write',
  on: {
    cli: {
      command: 'db check',
      examples: [
        { line: 'ratchet db check', about: 'Prints one line per finding; fails when there are any' },
        { line: 'ratchet db check --recount', about: 'Counts rows again first' },
      ],
    },
  },
  async run({ maintenance }: MaintenanceServices, { recount }) {
    const findings = await maintenance.check(recount);
    return { state: findings.length === 0 ? ('ok' as const) : ('failed' as const), checked: [...checkedThings], findings: [...findings] };
  },
});
