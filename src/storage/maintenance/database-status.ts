import { existsSync } from 'node:fs';
import type { DatabaseAddress } from '../database-address.ts';
import { appliedMigrations, type AppliedMigration } from '../migrations/apply.ts';
import { readMigrations, type Migration } from '../migrations/migration.ts';
import { look } from './look.ts';

export interface DatabaseStatus {
  readonly dialect: DatabaseAddress['dialect'];
  readonly where: string;
  /** `missing`: no file yet. `newer`, `changed`: this program refuses it. */
  readonly state: 'current' | 'outdated' | 'missing' | 'newer' | 'changed';
  readonly applied: readonly AppliedMigration[];
  readonly pending: readonly Migration[];
  /** SQLite: the process that has it open for writing. */
  readonly owner: number | null;
}

/** How a database stands to this program. Changes nothing. @throws DATABASE_UNREADABLE, STORAGE_UNAVAILABLE */
export async function databaseStatus(address: DatabaseAddress): Promise<DatabaseStatus> {
  const { dialect, where } = address;
  const known = readMigrations();
  if (address.dialect === 'sqlite' && (address.file === null || !existsSync(address.file))) {
    return { dialect, where, state: 'missing', applied: [], pending: known, owner: null };
  }
  const applied = await look(address, appliedMigrations);
  const owner = address.dialect === 'sqlite' ? (await import('../sqlite/file-lock.ts')).ownerOf(address.file!) : null;
  const isChanged = applied.some(({ number, checksum }) => known[number - 1] !== undefined && known[number - 1]!.checksum !== checksum);
  const state = applied.length > known.length ? 'newer' : isChanged ? 'changed' : applied.length < known.length ? 'outdated' : 'current';
  return { dialect, where, state, applied, pending: known.slice(applied.length), owner };
}
