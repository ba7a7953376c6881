import type { Database } from '#storage/index.ts';
import type { ErrorPattern } from './error-pattern.ts';

/** A pattern that was stored through the server. Times in milliseconds since 1970 UTC. */
export interface StoredPattern {
  readonly pattern: ErrorPattern;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Every failure is compared with every pattern. */
export const mostStoredPatterns = 200;

export interface PatternStore {
  all(): Promise<readonly StoredPattern[]>;
  /** Changes whenever a pattern does, whichever process changed it. */
  revision(): Promise<string>;
  /** @returns `exists` where the id is taken, `full` where there are too many */
  add(pattern: ErrorPattern, by: string, now: number): Promise<StoredPattern | 'exists' | 'full'>;
  /** Adds it, or puts it in the place of the one that is there. */
  put(pattern: ErrorPattern, by: string, now: number): Promise<StoredPattern | 'full'>;
  /** @returns whether it was there */
  remove(id: string): Promise<boolean>;
}

interface Row {
  readonly pattern: string;
  readonly created_by: string;
  readonly created_at: number;
  readonly updated_at: number;
}

export function createPatternStore(database: Database): PatternStore {
  const { read } = database;
  const write = (pattern: ErrorPattern, by: string, now: number, onConflict: string) =>
    database.write(async (queries) => {
      const [before] = await queries.all<{ there: number; total: number }>(
        'SELECT (SELECT count(*) FROM error_patterns WHERE id = $1) AS there, (SELECT count(*) FROM error_patterns) AS total',
        [pattern.id],
      );
      if (before!.there === 0 && before!.total >= mostStoredPatterns) return 'full' as const;
      const [row] = await queries.all<Row>(
        `INSERT INTO error_patterns (id, pattern, created_by, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)
         ON CONFLICT (id) DO ${onConflict} RETURNING pattern, created_by, created_at, updated_at`,
        [pattern.id, JSON.stringify(pattern), by, now],
      );
      return row === undefined ? ('exists' as const) : storedOf(row);
    });
  return {
    async all() {
      return (await read.all<Row>('SELECT pattern, created_by, created_at, updated_at FROM error_patterns ORDER BY id')).map(storedOf);
    },
    async revision() {
      const [row] = await read.all<{ total: number; latest: number | null; chars: number | null }>(
        'SELECT count(*) AS total, max(updated_at) AS latest, sum(length(pattern)) AS chars FROM error_patterns',
      );
      return `${row!.total} ${row!.latest ?? 0} ${row!.chars ?? 0}`;
    },
    add: (pattern, by, now) => write(pattern, by, now, 'NOTHING'),
    async put(pattern, by, now) {
      const stored = await write(pattern, by, now, 'UPDATE SET pattern = excluded.pattern, updated_at = excluded.updated_at');
      if (stored === 'exists') throw new TypeError(`pattern ${pattern.id} was neither stored nor replaced`);
      return stored;
    },
    remove: (id) => database.write(async ({ run }) => (await run('DELETE FROM error_patterns WHERE id = $1', [id])) > 0),
  };
}

function storedOf(row: Row): StoredPattern {
  return {
    pattern: JSON.parse(row.pattern) as ErrorPattern,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
