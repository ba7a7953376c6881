import { Timestamp } from '#kernel/index.ts';
import { z } from 'zod';

export const backupKinds = ['MANUAL', 'AUTOMATIC'] as const;
export const backupStates = ['MAKING', 'GOOD', 'DAMAGED', 'FAILED'] as const;

/** Server-made: the moment in UTC to the millisecond, and the label where there is one. Never a path. */
export const backupNamePattern = /^\d{8}T\d{9}Z(?:-[a-z0-9][a-z0-9-]{0,39})?$/;
export const BackupLabel = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'is up to 40 of a to z, 0 to 9 and -, and begins with none of the last')
  .describe('A word for people; becomes part of the name');

/** A copy of a whole database that a running server has made, as answers show it. */
export const Backup = z
  .object({
    name: z.string(),
    kind: z.enum(backupKinds).describe('MANUAL: somebody asked for it; it stays until somebody deletes it.'),
    state: z.enum(backupStates).describe('GOOD: its file is there in its full size. FAILED is remembered until the next one begins.'),
    problem: z.string().nullable().describe('What is wrong with one that is damaged or failed.'),
    label: z.string().nullable(),
    dialect: z.enum(['sqlite', 'postgres']).describe('sqlite: the file is a SQLite database; postgres: an archive of pg_dump.'),
    bytes: z.number().int().describe('Of one that is being made: so far.'),
    sha256: z.string().nullable().describe('Checksum of its file, 64 hex digits.'),
    schemaVersion: z.number().int().nullable().describe('Number of the last migration in it.'),
    rows: z.record(z.string(), z.number().int()).nullable().describe('Rows of each table, counted in the copy.'),
    createdAt: Timestamp.describe('The copy holds everything that was acknowledged before.'),
    createdBy: z.string(),
    tookMs: z.number().int().nullable().describe('Milliseconds it took to copy and to read it.'),
    isStaged: z.boolean().describe('It is put back when the server starts the next time.'),
  })
  .meta({ id: 'Backup' });
export type Backup = z.infer<typeof Backup>;

/** What lies beside the file of a finished backup, as JSON. */
export const Manifest = z.object({
  name: z.string().regex(backupNamePattern),
  kind: z.enum(backupKinds),
  label: z.string().nullable(),
  dialect: z.enum(['sqlite', 'postgres']),
  bytes: z.number().int(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  schemaVersion: z.number().int(),
  rows: z.record(z.string(), z.number().int()),
  lastJobId: z.number().int(),
  /** Milliseconds since 1970 UTC, before the copy was begun. */
  takenAt: z.number().int(),
  tookMs: z.number().int(),
  createdBy: z.string(),
  madeBy: z.string(),
});
export type Manifest = z.infer<typeof Manifest>;

export function backupName(now: number, label: string | null): string {
  const stamp = new Date(now).toISOString().replaceAll(/[-:.]/g, '');
  return label === null ? stamp : `${stamp}-${label}`;
}
