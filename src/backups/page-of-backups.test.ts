import { expect, it } from 'vitest';
import type { Backup } from './backup.ts';
import { pageOfBackups } from './page-of-backups.ts';
import { backupListing, listBackups } from './operations.ts';

const backup = (day: number, bytes: number, kind: Backup['kind'] = 'MANUAL'): Backup => ({
  name: `2026010${day}T000000000Z`,
  kind,
  state: 'GOOD',
  problem: null,
  label: null,
  dialect: 'sqlite',
  bytes,
  sha256: null,
  schemaVersion: 1,
  rows: {},
  createdAt: `2026-01-0${day}T00:00:00.000Z`,
  createdBy: 'x',
  tookMs: 1,
  isStaged: false,
});
const all = [backup(1, 30), backup(2, 10, 'AUTOMATIC'), backup(3, 20)];
const days = (wish: unknown) => {
  const { items, total, next } = pageOfBackups(all, backupListing, listBackups.input.parse(wish));
  return { days: items.map(({ createdAt }) => Number(createdAt.slice(8, 10))), total, next };
};

it('backups are listed newest first, by page, by size, and by what they are', () => {
  expect(days({})).toEqual({ days: [3, 2, 1], total: 3, next: null });
  const first = days({ limit: 2 });
  expect(first).toEqual({ days: [3, 2], total: 3, next: '20260102T000000000Z' });
  expect(days({ limit: 2, after: first.next })).toEqual({ days: [1], total: 3, next: null });
  expect(days({ sort: { field: 'bytes', order: 'asc' } }).days).toEqual([2, 3, 1]);
  expect(days({ filter: { kind: { eq: 'automatic' } } }).days).toEqual([2]);
  expect(days({ filter: { kind: { ne: 'AUTOMATIC' }, bytes: { lte: 20 } } }).days).toEqual([3]);
  expect(days({ filter: { createdAt: { gte: '2026-01-02T00:00:00Z', lt: '2026-01-03T00:00:00Z' } } }).days).toEqual([2]);
  expect(days({ filter: { name: { startsWith: '20260103' } } }).days).toEqual([3]);
  expect(days({ filter: { state: { in: ['GOOD'] }, bytes: { gt: 10 } } }).days).toEqual([3, 1]);
});
