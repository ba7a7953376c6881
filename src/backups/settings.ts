import { join } from 'node:path';
import { setting, type Settings } from '#kernel/index.ts';
import { z } from 'zod';

export const backupFolder = setting({
  key: 'storage.backup.folder',
  type: z.string(),
  default: '',
  describe:
    'Folder for the backups that a running server makes of its database; empty means backups in the data folder. Another disk is better.',
});

export const keptBackups = setting({
  key: 'storage.backup.keep',
  reload: 'live',
  type: z.number().int().min(1).max(10_000),
  default: 7,
  describe:
    'How many of the backups that the server makes by itself are kept; the oldest go. Those that somebody asked for stay until somebody deletes them.',
});

export const backupInterval = setting({
  key: 'storage.backup.interval',
  unit: 'seconds',
  reload: 'live',
  type: z.number().int().nonnegative(),
  default: 0,
  describe:
    'Time between two backups that the server makes by itself, in seconds or as 24h; 0 makes none. Each reads the whole database once and takes as much room as what is stored.',
});

export function backupFolderOf(settings: Settings, dataFolder: string): string {
  return settings.get(backupFolder) || join(dataFolder, 'backups');
}
