import type { DatabaseAddress } from '../database-address.ts';
import type { SchemaConnection } from '../migrations/apply.ts';
import { describeSchema, schemaDrift } from '../migrations/schema-description.ts';
import { readSnapshot } from '../migrations/schema-snapshot.ts';
import { wrongRowCounts } from '../row-counts.ts';
import { databaseStatus } from './database-status.ts';
import { look } from './look.ts';

export const checkedThings = ['migrations', 'integrity', 'references', 'schema', 'counts'] as const;

export interface CheckFinding {
  readonly what: (typeof checkedThings)[number];
  readonly problem: string;
  readonly advice: string;
}

/** Problems of one kind that are told one by one. */
const mostTold = 20;

/** Looks for everything that should not be. Changes nothing. @throws DATABASE_MISSING, DATABASE_UNREADABLE, STORAGE_UNAVAILABLE */
export async function checkDatabase(address: DatabaseAddress): Promise<readonly CheckFinding[]> {
  const { state, pending } = await databaseStatus(address);
  return look(address, async (connection) => {
    const findings = connection.dialect === 'sqlite' ? await damage(connection) : [];
    if (state !== 'current') {
      const problem =
        state === 'outdated' ? `lacks migrations ${pending.map(({ number }) => number).join(', ')}` : `the schema is ${state}`;
      return [
        { what: 'migrations' as const, problem, advice: '`ratchet db status` says more; `ratchet db migrate` applies what is lacking.' },
        ...findings,
      ];
    }
    return [...findings, ...(await drift(connection)), ...(await miscounts(connection))];
  });
}

async function damage({ all }: SchemaConnection): Promise<CheckFinding[]> {
  const broken = (await all<{ integrity_check: string }>(`PRAGMA integrity_check(${mostTold})`)).filter(
    (row) => row.integrity_check !== 'ok',
  );
  const orphans = await all<{ table: string; parent: string; rows: number }>(
    `SELECT "table", parent, count(*) AS rows FROM pragma_foreign_key_check GROUP BY "table", parent`,
  );
  return [
    ...broken.map((row) => ({
      what: 'integrity' as const,
      problem: row.integrity_check,
      advice: 'The file is damaged: make a copy of it, then `ratchet db restore` the last good backup.',
    })),
    ...orphans.map(({ table, parent, rows }) => ({
      what: 'references' as const,
      problem: `${rows} rows of ${table} refer to rows of ${parent} that do not exist`,
      advice: 'Something else has written to this file: restore a backup, or remove these rows.',
    })),
  ];
}

async function drift(connection: SchemaConnection): Promise<CheckFinding[]> {
  const found = schemaDrift(readSnapshot(connection.dialect), await describeSchema(connection));
  return found.slice(0, mostTold).map(({ thing, problem, expected, found: is }) => ({
    what: 'schema',
    problem: problem === 'different' ? `${thing} is different: "${is}" instead of "${expected}"` : `${thing} is ${problem}`,
    advice: 'Something other than a migration has changed the tables: undo that change.',
  }));
}

async function miscounts({ all }: SchemaConnection): Promise<CheckFinding[]> {
  const counts = await wrongRowCounts({ all: (sql) => all(sql) });
  return counts.map((count) => ({
    what: 'counts',
    problem: `${count.name} is counted as ${count.kept}, there are ${count.true}`,
    advice: '`ratchet db check --recount` counts again while no server runs. On a database in use, numbers may differ for a moment.',
  }));
}
