import type { SchemaConnection } from './apply.ts';

/**
 * A schema as sorted lines, one fact each: `column jobs.status text not null`, `index idx_jobs_task ...`. The first two words name the thing.
 * Two databases with the same lines have the same schema; `__migrations` and what the database keeps for itself are left out.
 */
export async function describeSchema(connection: SchemaConnection): Promise<readonly string[]> {
  const lines = connection.dialect === 'sqlite' ? await sqliteLines(connection) : await postgresLines(connection);
  return lines.map((line) => line.replaceAll(/\s+/g, ' ').trim()).toSorted((a, b) => (a < b ? -1 : 1));
}

async function sqliteLines({ all }: SchemaConnection): Promise<string[]> {
  const tables = await all<{ name: string; sql: string }>(
    "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> '__migrations'",
  );
  const columns = await all<{ line: string }>(
    `SELECT 'column ' || t.name || '.' || c.name || ' ' || lower(c.type) || CASE WHEN c.pk > 0 THEN ' primary key ' || c.pk ELSE '' END
       || CASE WHEN c."notnull" THEN ' not null' ELSE '' END || coalesce(' default ' || c.dflt_value, '') AS line
     FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND t.name <> '__migrations'`,
  );
  const references = await all<{ line: string }>(
    `SELECT 'reference ' || t.name || '.' || f."from" || ' to ' || f."table" || '.' || f."to" || ' on delete ' || lower(f.on_delete) AS line
     FROM sqlite_schema t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table'`,
  );
  const unique = await all<{ line: string }>(
    `SELECT 'unique ' || t.name || '.' || (SELECT group_concat(name, '+') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno)) AS line
     FROM sqlite_schema t, pragma_index_list(t.name) i WHERE t.type = 'table' AND i.origin = 'u'`,
  );
  const others = await all<{ line: string }>(
    "SELECT type || ' ' || name || ' ' || sql AS line FROM sqlite_schema WHERE type IN ('index', 'trigger', 'view') AND sql IS NOT NULL",
  );
  return [
    ...tables.flatMap(({ name, sql }) => [`table ${name}`, ...checksOf(sql).map((check) => `check ${name} ${check}`)]),
    ...[...columns, ...references, ...unique, ...others].map(({ line }) => line),
  ];
}

/** The conditions of a table, which SQLite keeps nowhere but in the text that made it. */
function checksOf(sql: string): string[] {
  const text = sql.replaceAll(/--[^\n]*/g, ' ');
  return [...text.matchAll(/\bCHECK\s*\(/gi)].map(({ index, 0: head }) => {
    let depth = 1;
    let end = index + head.length;
    for (; end < text.length && depth > 0; end++) depth += text[end] === '(' ? 1 : text[end] === ')' ? -1 : 0;
    return text.slice(index + head.length, end - 1);
  });
}

async function postgresLines({ all }: SchemaConnection): Promise<string[]> {
  const [{ schema } = { schema: '' }] = await all<{ schema: string }>('SELECT current_schema() AS schema');
  const relations = `pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = current_schema()`;
  const queries = [
    `SELECT 'table ' || t.relname AS line FROM ${relations} WHERE t.relkind IN ('r', 'p') AND t.relname <> '__migrations'`,
    `SELECT 'view ' || t.relname AS line FROM ${relations} WHERE t.relkind IN ('v', 'm')`,
    `SELECT 'column ' || t.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
       || CASE a.attidentity WHEN '' THEN '' ELSE ' identity' END || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') AS line
     FROM ${relations} JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
     LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum WHERE t.relkind IN ('r', 'p') AND t.relname <> '__migrations'`,
    `SELECT 'constraint ' || t.relname || '.' || c.conname || ' ' || pg_get_constraintdef(c.oid) AS line
     FROM ${relations} JOIN pg_constraint c ON c.conrelid = t.oid AND c.contype IN ('c', 'f', 'p', 'u', 'x') WHERE t.relname <> '__migrations'`,
    `SELECT 'index ' || i.relname || ' ' || pg_get_indexdef(i.oid) || CASE WHEN x.indisvalid THEN '' ELSE ' (invalid)' END AS line
     FROM ${relations} JOIN pg_index x ON x.indrelid = t.oid JOIN pg_class i ON i.oid = x.indexrelid WHERE t.relname <> '__migrations'`,
    `SELECT 'trigger ' || g.tgname || ' ' || pg_get_triggerdef(g.oid) AS line FROM ${relations} JOIN pg_trigger g ON g.tgrelid = t.oid AND NOT g.tgisinternal`,
  ];
  const lines: string[] = [];
  for (const query of queries) for (const { line } of await all<{ line: string }>(query)) lines.push(line.replaceAll(` ${schema}.`, ' '));
  return lines;
}

export interface SchemaDrift {
  /** `index idx_jobs_task`: what should be there and is not, is there and should not, or looks otherwise. */
  readonly thing: string;
  readonly problem: 'missing' | 'unexpected' | 'different';
  readonly expected: string | null;
  readonly found: string | null;
}

/** What differs between the schema that the migrations make and the one that is there. */
export function schemaDrift(expected: readonly string[], found: readonly string[]): readonly SchemaDrift[] {
  const wanted = new Set(expected);
  const present = new Set(found);
  const missing = expected.filter((line) => !present.has(line));
  const extra = found.filter((line) => !wanted.has(line));
  const things = [...new Set([...missing, ...extra].map(thingOf))].toSorted();
  return things.map((thing) => {
    const lines = (of: readonly string[]) => of.filter((line) => thingOf(line) === thing).join('; ') || null;
    const [should, is] = [lines(missing), lines(extra)];
    return { thing, problem: is === null ? 'missing' : should === null ? 'unexpected' : 'different', expected: should, found: is };
  });
}

function thingOf(line: string): string {
  return line.split(' ', 2).join(' ');
}
