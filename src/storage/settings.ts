import { join } from 'node:path';
import { setting, type Settings } from '#kernel/index.ts';
import { z } from 'zod';

export const databaseUrl = setting({
  key: 'server.database.url',
  type: z.string(),
  default: '',
  describe:
    'Where jobs and executions are kept: sqlite:<path>, sqlite::memory: (forgets), or postgres://user:password@host:port/database?schema=name; empty means ratchet.db in the data folder.',
  env: ['RATCHET_DATABASE_URL'],
  isSecret: true,
});

export const databaseSynchronous = setting({
  key: 'server.database.synchronous',
  type: z.enum(['full', 'normal']),
  default: 'full',
  describe: 'SQLite: full survives a power cut; normal is faster and may lose the last moments before one, never more.',
});

export const databaseConnections = setting({
  key: 'server.database.max_connections',
  type: z.number().int().min(2).max(1_000),
  default: 10,
  describe: 'PostgreSQL: most connections of one process, apart from the one that listens.',
});

/** @param dataFolder where Ratchet keeps its data, for when the configuration names no database */
export function databaseUrlOf(settings: Settings, dataFolder: string): string {
  return settings.get(databaseUrl) || `sqlite:${join(dataFolder, 'ratchet.db')}`;
}
