import { defineError } from '#kernel/index.ts';

export const backupNotFound = defineError<{ name: string; newest: string | null }>('BACKUP_NOT_FOUND', {
  http: 404,
  exit: 'failed',
  message: ({ name }) => `There is no backup ${JSON.stringify(name)}.`,
  hint: ({ newest }) =>
    newest === null
      ? 'There is none yet: `ratchet server backup create`.'
      : `The newest one is ${newest}; \`ratchet server backup list\` shows all.`,
  about:
    'Backups of a server are called as the server has named them. This one was deleted, was never finished, or is in the folder of another server.',
});

export const backupUnderWay = defineError<{ name: string }>('BACKUP_UNDER_WAY', {
  http: 409,
  exit: 'busy',
  retryable: true,
  message: ({ name }) => `A backup is being made already: ${name}.`,
  hint: ({ name }) => `Wait for it (\`ratchet server backup show ${name}\`), or give it up with \`ratchet server backup delete ${name}\`.`,
  about: 'A server makes one backup at a time: a second one would read the same rows again and slow down both.',
});

export const backupNoRoom = defineError<{ folder: string; neededBytes: number | null; freeBytes: number | null }>('BACKUP_NO_ROOM', {
  http: 507,
  exit: 'environment',
  retryable: true,
  message: ({ folder, neededBytes, freeBytes }) =>
    neededBytes === null
      ? `The disk of ${folder} became full while the backup was written; nothing of it is left.`
      : `A backup needs about ${neededBytes} bytes, and the disk of ${folder} has ${freeBytes} left.`,
  hint: () => 'Delete backups that are no longer needed, or name a folder on a larger disk (`storage.backup.folder`).',
  about:
    'There is not enough room for a backup where backups are kept. No half-written file stays behind, and earlier backups are untouched.',
});

export const backupUnsupported = defineError<{ where: string }>('BACKUP_UNSUPPORTED', {
  http: 409,
  exit: 'environment',
  message: ({ where }) => `The database of this server (${where}) lies in memory and cannot be backed up.`,
  hint: () => 'Start the server with a database in a file or with PostgreSQL: server.database.url.',
  about: 'A database in memory is forgotten when its server ends. It has no file that could be copied or replaced.',
});

export const backupDamaged = defineError<{ name: string; problem: string }>('BACKUP_DAMAGED', {
  http: 409,
  exit: 'failed',
  message: ({ name, problem }) => `The backup ${name} is not as it was made: ${problem}.`,
  hint: () => 'Choose another backup, or bring the file back from where it is kept as well.',
  about:
    'Size, checksum or contents of a backup differ from what was written down when it was made. It is not put back and not handed out.',
});

export const backupIsStaged = defineError<{ name: string }>('BACKUP_IS_STAGED', {
  http: 409,
  exit: 'usage',
  message: ({ name }) => `The backup ${name} is to be put back when the server starts again.`,
  hint: () => 'Take that back first: `ratchet server backup unstage`.',
  about: 'A backup that waits to be restored cannot be deleted, and no other one can be staged beside it.',
});

export const restoreNotConfirmed = defineError<{ name: string; confirm: string | null }>('RESTORE_NOT_CONFIRMED', {
  http: 400,
  exit: 'usage',
  message: ({ name, confirm }) =>
    confirm === null
      ? `Restoring ${name} has to be confirmed.`
      : `Restoring ${name} was confirmed with another name: ${JSON.stringify(confirm)}.`,
  hint: ({ name }) => `Look at what would be lost with dryRun first, then say it again with \`confirm\`: ${name}.`,
  about: 'A restore takes back everything since the backup. It is done only for those who repeat the name of the backup.',
});

export const nothingStaged = defineError<Record<string, never>>('RESTORE_NOT_STAGED', {
  http: 404,
  exit: 'failed',
  message: () => 'No backup waits to be restored.',
  hint: () => '`ratchet server backup restore <name> --confirm <name>` stages one.',
  about: 'There is nothing to be taken back: no restore was asked for, or the server has been started since and has done it.',
});

export const restoreFailed = defineError<{ name: string; problem: string; order: string }>('RESTORE_FAILED', {
  http: 500,
  exit: 'environment',
  message: ({ name, problem }) => `The backup ${name}, which was to be restored at this start, could not be: ${problem}`,
  hint: ({ order }) => `Put right what is in the way and start again; or remove ${order} to start with the database as it is.`,
  about:
    'A restore was staged and could not be done when the server started. The server does not start on the old database instead: work it took on would be lost at the next start. The old database is untouched.',
});

export const dumpTableUnknown = defineError<{ table: string; known: string[] }>('DUMP_TABLE_UNKNOWN', {
  http: 400,
  exit: 'usage',
  message: ({ table }) => `There is no table ${JSON.stringify(table)}.`,
  hint: ({ known }) => `Tables are ${known.join(', ')}.`,
  about: 'A dump was asked for of a table that the database of this version does not have.',
});

export const downloadFailed = defineError<{ file: string; problem: string }>('DOWNLOAD_FAILED', {
  http: 500,
  exit: 'environment',
  message: ({ file, problem }) => `${file} was not written: ${problem}.`,
  hint: () => 'Nothing half-written is left. Name a file that does not exist yet, in a folder you may write to, and try again.',
  about: 'A backup or a dump that came from a server could not be written on this machine, or arrived other than it was sent.',
});
