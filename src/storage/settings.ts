import { join } from 'node:path';
import { setting, settingRule, type Settings } from '#kernel/index.ts';
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
  aliases: [{ keys: ['server.database.database_specific.sqlite.synchronous'], read: ([said]) => lowerCase(said) }],
  describe: 'SQLite: full survives a power cut; normal is faster and may lose the last moments before one, never more.',
});

export const databaseConnections = setting({
  key: 'server.database.max_connections',
  type: z.number().int().min(2).max(1_000),
  default: 10,
  describe: 'PostgreSQL: most connections of one process, apart from the one that listens.',
});

export const databaseMinConnections = setting({
  key: 'server.database.min_connections',
  type: z.number().int().min(0).max(1_000),
  default: 1,
  describe: 'PostgreSQL: connections kept open when nobody needs them.',
});

export const databaseConnectionTimeout = setting({
  key: 'server.database.connection_timeout',
  type: z.number().positive().max(3_600),
  default: 15,
  unit: 'seconds',
  describe: 'PostgreSQL: longest time in seconds that work waits for a connection.',
});

export const databaseIdleTimeout = setting({
  key: 'server.database.idle_timeout',
  type: z.number().nonnegative(),
  default: 600,
  unit: 'seconds',
  describe: 'PostgreSQL: seconds after which a connection nobody needs is closed; 0 keeps it.',
});

export const databaseMaxLifetime = setting({
  key: 'server.database.max_lifetime',
  type: z.number().nonnegative(),
  default: 3_600,
  unit: 'seconds',
  describe: 'PostgreSQL: seconds after which a connection is closed however much it is used; 0 keeps it.',
});

// Nobody reads it: it accepts what is done anyway, and refuses the rest.
setting({
  key: 'server.database.journal_mode',
  type: z.literal('wal', { error: 'only wal works: readers and the writer need it' }),
  default: 'wal',
  aliases: [{ keys: ['server.database.database_specific.sqlite.journal_mode'], read: ([said]) => lowerCase(said) }],
  describe: 'SQLite: how changes are kept until they are in the file; it is always wal.',
});

export const databaseCache = setting({
  key: 'server.database.cache_size_mb',
  type: z.number().positive().max(65_536),
  default: 64,
  aliases: [{ keys: ['server.database.database_specific.sqlite.cache_size'], read: ([said]) => megabytesOfPages(said) }],
  describe: 'SQLite: MB of the file that each connection keeps in memory.',
});

export const databaseBusyTimeout = setting({
  key: 'server.database.busy_timeout_ms',
  type: z.number().int().min(0).max(600_000),
  default: 5_000,
  aliases: ['server.database.database_specific.sqlite.busy_timeout'],
  describe: 'SQLite: milliseconds that work waits for somebody else who locks the file, a backup for instance.',
});

export const autoMigrate = setting({
  key: 'server.database.migrations.auto_migrate',
  type: z.boolean(),
  default: true,
  describe: 'Whether a server brings an outdated database up to date when it starts; else it refuses it, and `ratchet db migrate` does.',
});

settingRule({
  settings: [databaseMinConnections, databaseConnections],
  problem: (settings) =>
    settings.get(databaseMinConnections) > settings.get(databaseConnections)
      ? `server.database.min_connections (${settings.get(databaseMinConnections)}) is more than server.database.max_connections (${settings.get(databaseConnections)})`
      : null,
});

const lowerCase = (said: unknown): unknown => (typeof said === 'string' ? said.toLowerCase() : said);

/** SQLite's own number: pages of 4 KB, or KB where it is negative. */
function megabytesOfPages(said: unknown): unknown {
  if (typeof said !== 'number') return said;
  return said < 0 ? -said / 1024 : (said * 4) / 1024;
}

/** How connections are kept, as far as the configuration says. */
export interface DatabaseTuning {
  readonly minConnections: number;
  readonly connectMs: number;
  readonly idleMs: number;
  readonly lifetimeSeconds: number;
  readonly cacheKb: number;
  readonly busyMs: number;
}

export function databaseTuning(settings: Settings): DatabaseTuning {
  return {
    minConnections: settings.get(databaseMinConnections),
    connectMs: settings.get(databaseConnectionTimeout) * 1000,
    idleMs: settings.get(databaseIdleTimeout) * 1000,
    lifetimeSeconds: settings.get(databaseMaxLifetime),
    cacheKb: Math.ceil(settings.get(databaseCache) * 1024),
    busyMs: settings.get(databaseBusyTimeout),
  };
}

/** @param dataFolder where Ratchet keeps its data, for when the configuration names no database */
export function databaseUrlOf(settings: Settings, dataFolder: string): string {
  return settings.get(databaseUrl) || `sqlite:${join(dataFolder, 'ratchet.db')}`;
}
