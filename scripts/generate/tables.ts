import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { dialectText } from '../../src/storage/migrations/dialect-text.ts';
import type { Page } from './page.ts';

interface Column {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly pk: number;
  readonly dflt_value: string | null;
}

/** The tables as types, read from a database that all migrations were applied to. */
export function tablesFile(root: string): Page {
  const folder = join(root, 'migrations');
  const database = new DatabaseSync(':memory:');
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .toSorted()) {
    database.exec(dialectText(readFileSync(join(folder, file), 'utf8'), 'sqlite'));
  }
  const names = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    .all()
    .map((row) => String(row['name']));
  const tables = names.map((name) => ({
    name,
    columns: database.prepare(`SELECT name, type, "notnull", pk, dflt_value FROM pragma_table_info(?)`).all(name) as unknown as Column[],
  }));
  database.close();
  const lines = [
    '// Generated from migrations/ by `npm run generate`; changes made here are lost.',
    "import type { Generated } from 'kysely';",
    '',
    ...tables.flatMap(({ name, columns }) => [
      `export interface ${typeName(name)} {`,
      ...columns.map((column) => `  ${column.name}: ${typeOf(column)};`),
      '}',
      '',
    ]),
    '/** Every table, by name. */',
    'export interface Tables {',
    ...tables.map(({ name }) => `  ${name}: ${typeName(name)};`),
    '}',
    '',
  ];
  return { path: 'src/storage/tables.generated.ts', text: lines.join('\n') };
}

function typeName(table: string): string {
  return `${table
    .split('_')
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join('')}Table`;
}

function typeOf({ type, notnull, pk, dflt_value, name }: Column): string {
  const plain = type === 'TEXT' ? 'string' : type === 'BLOB' ? 'Uint8Array' : 'number';
  const isGenerated = dflt_value !== null || (pk === 1 && name === 'id' && type === 'INTEGER');
  const isNullable = notnull === 0 && pk === 0;
  const full = isNullable ? `${plain} | null` : plain;
  return isGenerated ? `Generated<${full}>` : full;
}
