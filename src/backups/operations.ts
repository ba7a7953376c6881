import { listInput, listOutput, operation, stream, type Listing, type StreamEvent } from '#kernel/index.ts';
import { backupFailed, backupInvalid } from '#storage/index.ts';
import { z } from 'zod';
import { Backup, backupKinds, BackupLabel, backupStates } from './backup.ts';
import type { Backups } from './backups.ts';
import { dumpDatabase } from './dump.ts';
import {
  backupDamaged,
  backupIsStaged,
  backupNoRoom,
  backupNotFound,
  backupUnderWay,
  backupUnsupported,
  nothingStaged,
  restoreNotConfirmed,
} from './errors.ts';
import { pageOfBackups } from './page-of-backups.ts';
import { RestoreEffect } from './restore-effect.ts';

export type { DumpServices } from './dump.ts';
export { downloadFailed } from './errors.ts';
export { dumpDatabase } from './dump.ts';

export interface DatabaseBackupServices {
  readonly backups: Backups;
}

export const backupListing: Listing<'name' | 'kind' | 'state' | 'createdAt' | 'bytes'> = {
  noun: 'backups',
  fields: {
    name: { kind: 'text', isSortable: true, describe: 'What the server calls it' },
    kind: { kind: 'word', words: backupKinds, describe: 'Who asked for it' },
    state: { kind: 'word', words: backupStates, describe: 'How it is' },
    createdAt: { kind: 'time', isSortable: true, describe: 'When it was made' },
    bytes: { kind: 'number', isSortable: true, describe: 'How large it is' },
  },
  sort: { field: 'createdAt', order: 'desc' },
};

const name = z.string().min(1).max(100).describe('What the server calls it, as `backups.list` says');

export const createBackup = operation({
  name: 'backups.create',
  summary: 'Back up the database of the running server',
  details:
    'The copy is the database as it was at one moment; jobs go on meanwhile, and a process of its own makes it. It is read to its end before it gets its name, ' +
    'lies in the backup folder of the server, and is called as the server says. One is made at a time. Of SQLite it is a SQLite file, of PostgreSQL an archive of pg_dump, ' +
    'which has to be installed there. Answers when it is made, or after `waitMs` with the state MAKING. It holds inputs and outputs as they are.',
  input: z.object({
    label: BackupLabel.optional(),
    waitMs: z.number().int().min(0).max(300_000).default(20_000).describe('Milliseconds to wait for its end'),
  }),
  output: Backup,
  errors: [backupUnderWay, backupUnsupported, backupNoRoom, backupFailed, backupInvalid, backupNotFound],
  effect: 'write',
  permission: 'database:backup',
  on: {
    rest: { route: 'POST /backups', status: 201 },
    graphql: 'createBackup',
    cli: {
      command: 'server backup create',
      positional: ['label'],
      examples: [
        { line: 'ratchet server backup create', about: 'Makes a backup and says how it is called' },
        { line: 'ratchet server backup create before-upgrade', about: 'The same, with a word in its name' },
      ],
    },
  },
  async run({ backups }: DatabaseBackupServices, { label, waitMs }, { caller, signal }) {
    const { name: begun, ended } = backups.begin({ kind: 'MANUAL', label: label ?? null, createdBy: caller.name });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), waitMs);
    });
    const leave = () => void backups.remove(begun).catch(() => {});
    signal.addEventListener('abort', leave, { once: true });
    try {
      return (await Promise.race([ended, late])) ?? backups.show(begun);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', leave);
    }
  },
});

export const listBackups = operation({
  name: 'backups.list',
  summary: 'List the backups of the server',
  details:
    'Those in its backup folder, newest first; one that is being made among them. Files are looked at by their size; a restore reads them to the end.',
  input: listInput(backupListing),
  output: listOutput(Backup),
  errors: [],
  effect: 'read',
  permission: 'database:read',
  on: {
    rest: 'GET /backups',
    graphql: 'backups',
    cli: {
      command: 'server backup list',
      examples: [{ line: 'ratchet server backup list', about: 'What there is, how large, and when it was made' }],
    },
  },
  run: async ({ backups }: DatabaseBackupServices, wish) => pageOfBackups(backups.list(), backupListing, wish),
});

export const showBackup = operation({
  name: 'backups.show',
  summary: 'Show a backup',
  details: 'Its size, checksum, schema and rows; of one that is being made how far it is.',
  input: z.object({ name }),
  output: Backup,
  errors: [backupNotFound],
  effect: 'read',
  permission: 'database:read',
  on: {
    rest: 'GET /backups/:name',
    graphql: 'backup',
    cli: {
      command: 'server backup show',
      positional: ['name'],
      examples: [{ line: 'ratchet server backup show 20260131T120000000Z', about: 'Everything that is known of it' }],
    },
  },
  run: async ({ backups }: DatabaseBackupServices, input) => backups.show(input.name),
});

export const deleteBackup = operation({
  name: 'backups.delete',
  summary: 'Delete a backup, or give up one that is being made',
  details: 'Cannot be taken back. One that waits to be restored is not deleted. Of one that is being made nothing is left.',
  input: z.object({ name }),
  output: Backup,
  errors: [backupNotFound, backupIsStaged],
  effect: 'destroy',
  permission: 'database:backup',
  on: {
    rest: 'DELETE /backups/:name',
    graphql: 'deleteBackup',
    cli: {
      command: 'server backup delete',
      positional: ['name'],
      examples: [{ line: 'ratchet server backup delete 20260131T120000000Z', about: 'Removes its files from the server' }],
    },
  },
  run: ({ backups }: DatabaseBackupServices, input) => backups.remove(input.name),
});

export const restoreBackup = operation({
  name: 'backups.restore',
  summary: 'Put a backup in the place of the database when the server starts again',
  details:
    'Reads the whole backup, compares it with its checksum and counts, and counts what restoring would take back: jobs acknowledged after the backup are forgotten, ' +
    'jobs that have ended since run again. With `dryRun` that is all. Else it has to be confirmed with the name of the backup, and is then done at the next start of the server, ' +
    'before its database is opened: however that start is cut short, the database is the old one or the new one. Until then the server goes on, and what it does is forgotten as well, so start it again soon. ' +
    'The database that was there is kept under another name. On PostgreSQL every server that uses the database has to be ended; the one that starts waits for that.',
  input: z.object({
    name,
    dryRun: z.boolean().default(false).describe('Only say what would be taken back'),
    confirm: z.string().optional().describe('The name of the backup once more'),
  }),
  output: z.object({
    backup: Backup.describe('The one that was asked for.'),
    isStaged: z.boolean().describe('It is restored when the server starts again.'),
    effect: RestoreEffect.describe('What it takes back, counted now.'),
    next: z.string().describe('What to do now.'),
  }),
  errors: [backupNotFound, backupDamaged, backupIsStaged, restoreNotConfirmed, backupFailed, backupInvalid],
  effect: 'destroy',
  permission: 'database:write',
  on: {
    rest: 'POST /backups/:name/restore',
    graphql: 'restoreBackup',
    cli: {
      command: 'server backup restore',
      positional: ['name'],
      examples: [
        { line: 'ratchet server backup restore 20260131T120000000Z --dry-run', about: 'What would be lost and what would run again' },
        {
          line: 'ratchet server backup restore 20260131T120000000Z --confirm 20260131T120000000Z',
          about: 'Does it when the server starts the next time',
        },
      ],
    },
  },
  async run({ backups }: DatabaseBackupServices, { name: wanted, dryRun, confirm }, { caller, signal }) {
    if (!dryRun && confirm !== wanted) throw restoreNotConfirmed({ name: wanted, confirm: confirm ?? null });
    const { backup, effect } = await backups.inspect(wanted, signal);
    if (dryRun) return { backup, effect, isStaged: backup.isStaged, next: `Nothing was changed. Confirm with ${wanted} to restore it.` };
    backups.stage(wanted, caller.name);
    const next =
      'Start the server again now: the backup is restored before its database is opened. Until then it can be taken back: backups.unstage.';
    return { backup: backups.show(wanted), effect, isStaged: true, next };
  },
});

export const unstageBackup = operation({
  name: 'backups.unstage',
  summary: 'Take back a restore that waits for the next start',
  details: 'The server keeps its database when it starts again.',
  input: z.object({}),
  output: z.object({ name: z.string().describe('The backup that was to be restored.') }),
  errors: [nothingStaged],
  effect: 'write',
  permission: 'database:write',
  on: {
    rest: 'DELETE /system/restore',
    graphql: 'unstageBackup',
    cli: {
      command: 'server backup unstage',
      examples: [{ line: 'ratchet server backup unstage', about: 'The next start restores nothing' }],
    },
  },
  run: async ({ backups }: DatabaseBackupServices) => ({ name: backups.unstage().backup }),
});

export const BackupPiece = z
  .object({
    offset: z.number().int().describe('Where in the file it stands.'),
    totalBytes: z.number().int().describe('Of the whole file.'),
    sha256: z.string().describe('Of the whole file.'),
    dialect: z.enum(['sqlite', 'postgres']).describe('What kind of file it is.'),
    base64: z.string().describe('The bytes.'),
  })
  .meta({ id: 'BackupPiece' });
type BackupPiece = z.infer<typeof BackupPiece>;

export const downloadBackup = stream({
  name: 'backups.download',
  summary: 'Fetch the file of a backup',
  details:
    'In pieces, in order. Who comes back with the id of the last piece goes on behind it. The command writes a file on this machine, compares it with its checksum, and gives it its name last; ' +
    '`ratchet db restore` takes it.',
  input: z.object({ name }),
  data: BackupPiece,
  errors: [backupNotFound, backupDamaged],
  permission: 'database:backup',
  on: {
    rest: 'GET /backups/:name/content',
    graphql: 'backupContent',
    cli: {
      command: 'server backup download',
      positional: ['name'],
      examples: [{ line: 'ratchet server backup download 20260131T120000000Z', about: 'Writes it into this folder under its name' }],
    },
  },
  async *open({ backups }: DatabaseBackupServices, input, after): AsyncGenerator<StreamEvent<BackupPiece>> {
    const from = after !== null && /^\d{1,15}$/.test(after) ? Number(after) : 0;
    const { backup, pieces } = backups.read(input.name, from);
    const about = { totalBytes: backup.bytes, sha256: backup.sha256, dialect: backup.dialect };
    for await (const { offset, bytes } of pieces)
      yield { id: String(offset + bytes.length), kind: 'piece', data: { ...about, offset, base64: bytes.toString('base64') } };
  },
});

export const backupOperations = [createBackup, listBackups, showBackup, deleteBackup, restoreBackup, unstageBackup] as const;
export const backupStreams = [downloadBackup, dumpDatabase] as const;
