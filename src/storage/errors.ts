import { defineError } from '#kernel/index.ts';

export const storageFull = defineError<{ where: string; detail: string }>('STORAGE_FULL', {
  http: 507,
  exit: 'environment',
  retryable: true,
  message: ({ where, detail }) => `The disk of the database ${where} is full (${detail}); nothing was written.`,
  hint: () =>
    'Make room on that disk, or shorten what is kept (`retention` in the configuration). Ratchet tries again by itself every second.',
  about:
    'The database could not grow because its disk, or a quota on it, is full. What is stored stays readable. Writes are refused until there is room again, which Ratchet notices by itself.',
});

export const storageUnavailable = defineError<{ where: string; detail: string }>('STORAGE_UNAVAILABLE', {
  http: 503,
  exit: 'environment',
  retryable: true,
  message: ({ where, detail }) => `The database ${where} does not answer: ${detail}.`,
  hint: () => 'Check that the database runs and can be reached with the configured address; Ratchet connects again by itself.',
  about:
    'The database cannot be reached, ended the connection, or was closed. Nothing of the work was kept, unless the connection was lost during its commit: then it may have been.',
});

export const storageInUse = defineError<{ file: string; pid: number | null }>('STORAGE_IN_USE', {
  http: 409,
  exit: 'environment',
  message: ({ file, pid }) => `The database ${file} is in use by ${pid === null ? 'another process' : `process ${pid}`}.`,
  hint: ({ pid }) =>
    `A SQLite file has one owner. End ${pid === null ? 'that process' : `process ${pid}`} first, name another file (server.database.url), or use PostgreSQL for several processes.`,
  about:
    'A second process tried to open a SQLite database for writing. The lock belongs to the running process and goes with it, however it ends; there is no lock file to be removed by hand.',
});

export const databaseUrlInvalid = defineError<{ url: string; problem: string }>('DATABASE_URL_INVALID', {
  http: 500,
  exit: 'usage',
  message: ({ url, problem }) => `${JSON.stringify(url)} is no address of a database: ${problem}.`,
  hint: () => 'Write sqlite:/path/to/ratchet.db, sqlite::memory:, or postgres://user:password@host:5432/database?schema=name.',
  about: 'The setting server.database.url names no database that Ratchet can open. A password in it is not repeated in the message.',
});

export const databaseUnreadable = defineError<{ file: string; detail: string }>('DATABASE_UNREADABLE', {
  http: 500,
  exit: 'environment',
  message: ({ file, detail }) => `${file} cannot be opened as a database: ${detail}.`,
  hint: ({ file }) =>
    `Check that ${file} is a database of Ratchet in a folder this user may write to. A damaged one: \`ratchet db restore <backup>\`.`,
  about: 'The SQLite file cannot be opened: it or its folder cannot be written, it is no SQLite database, or it is damaged.',
});

export const migrationChanged = defineError<{ number: number; name: string }>('MIGRATION_CHANGED', {
  http: 500,
  exit: 'environment',
  message: ({ number, name }) => `Migration ${number} (${name}) is not the one that was applied to this database: its checksum differs.`,
  hint: () => 'Install the version of Ratchet again; an applied migration is never edited, a new one is added instead.',
  about:
    'Every applied migration is remembered with a checksum of its text. A text that has changed since means that nobody knows what the tables look like.',
});

export const schemaNewer = defineError<{ database: number; known: number }>('SCHEMA_NEWER', {
  http: 500,
  exit: 'environment',
  message: ({ database, known }) => `The database has migration ${database}, this Ratchet knows them up to ${known}.`,
  hint: () => 'A newer Ratchet has used this database: run that version, or restore a backup from before the upgrade.',
  about:
    'An older program refuses a database that a newer one has migrated, because it would read and write tables it does not understand.',
});

export const schemaOutdated = defineError<{ pending: number[] }>('SCHEMA_OUTDATED', {
  http: 500,
  exit: 'environment',
  message: ({ pending }) => `The database lacks ${pending.length === 1 ? 'migration' : 'migrations'} ${pending.join(', ')}.`,
  hint: () => 'Run `ratchet db migrate --dry-run` to see what would be done, then `ratchet db migrate`.',
  about: 'A command that does not migrate by itself met a database that an older version of Ratchet, or none, has set up.',
});

export const databaseReadOnly = defineError<{ where: string }>('DATABASE_READ_ONLY', {
  http: 409,
  exit: 'usage',
  message: ({ where }) => `The database ${where} was opened for reading only.`,
  hint: () => 'This is a defect of the command that tried to write; report it.',
  about: 'Commands that look at a database while a server owns it open it for reading. A write through such a connection is refused.',
});

export const listCursorInvalid = defineError<{ after: string }>('LIST_CURSOR_INVALID', {
  http: 400,
  exit: 'usage',
  message: ({ after }) => `${JSON.stringify(after)} continues no list of this order.`,
  hint: () => 'Hand back `next` of the page before as `after`, with the same filter and sort; leave it out for the first page.',
  about: 'The value given as `after` was not made by this list, or by the same list with another order.',
});

export const databaseMissing = defineError<{ file: string }>('DATABASE_MISSING', {
  http: 404,
  exit: 'environment',
  message: ({ file }) => `There is no database at ${file}.`,
  hint: () => '`ratchet serve` or `ratchet db migrate` makes one; server.database.url in the configuration says where.',
  about: 'A command wanted to look at, copy or check a SQLite file that does not exist (yet).',
});

export const backupExists = defineError<{ file: string }>('BACKUP_EXISTS', {
  http: 409,
  exit: 'usage',
  message: ({ file }) => `${file} already exists; nothing was written.`,
  hint: () => 'Name a file that does not exist yet.',
  about: 'A backup never overwrites a file: it might be the last good one.',
});

export const backupFailed = defineError<{ what: string; detail: string }>('BACKUP_FAILED', {
  http: 500,
  exit: 'environment',
  message: ({ what, detail }) => `Could not ${what}: ${detail}.`,
  hint: () =>
    'For SQLite: is there room, and may this user write there? For PostgreSQL: the programs pg_dump and pg_restore, at least as new as the server, have to be on the PATH.',
  about: 'A backup could not be made or put back. No half-written file is left behind, and the database is as it was.',
});

export const backupInvalid = defineError<{ file: string; problem: string }>('BACKUP_INVALID', {
  http: 422,
  exit: 'usage',
  message: ({ file, problem }) => `${file} is no backup that can be put back: ${problem}.`,
  hint: () => 'Choose a file that `ratchet db backup` has written with this version of Ratchet or an older one.',
  about: 'The file is damaged, is no database of Ratchet, or was written by a newer version. The database is as it was.',
});

export const databaseBusy = defineError<{ where: string; processes: number }>('DATABASE_BUSY', {
  http: 409,
  exit: 'environment',
  message: ({ where, processes }) => `${processes === 1 ? 'A process works' : `${processes} processes work`} on the database ${where}.`,
  hint: () => 'End every Ratchet that uses this database first.',
  about: 'A backup can be put back only while nobody uses the database.',
});
