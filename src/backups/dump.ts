import { isoTime, stream, Timestamp, type StreamEvent } from '#kernel/index.ts';
import type { Database, SqlValue } from '#storage/index.ts';
import { z } from 'zod';
import { dumpedTables, pagesOf, payloadColumns, type DumpedRow, type DumpedTable } from './dump-rows.ts';
import { dumpTableUnknown } from './errors.ts';

export interface DumpServices {
  readonly dumping: {
    readonly database: Pick<Database, 'read' | 'dialect'>;
    /** Takes secrets out of JSON text. */
    readonly mask: (json: string) => string;
    readonly version: string;
  };
}

const words = z.string().transform((said) =>
  said
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean),
);

const DumpHeader = z.object({
  format: z.literal(1),
  madeAt: Timestamp.describe('When it was begun.'),
  version: z.string().describe('Of the server.'),
  schemaVersion: z.number().int().describe('Number of the last migration.'),
  dialect: z.enum(['sqlite', 'postgres']).describe('Where it was read from.'),
  tables: z.array(z.string()).describe('Those that follow, in this order.'),
  leftOut: z.array(z.string()).describe('Columns that were left out, as table.column.'),
});

/** A piece of a dump: first its header, then rows. */
export const DumpPiece = z
  .object({
    header: DumpHeader.nullable().describe('Of the first piece alone.'),
    table: z.string().nullable().describe('Whose rows they are.'),
    rows: z
      .array(z.record(z.string(), z.unknown()))
      .describe('By column; JSON as such, bytes as base64, and what is too large by its size.'),
  })
  .meta({ id: 'DumpPiece' });
export type DumpPiece = z.infer<typeof DumpPiece>;

export const dumpDatabase = stream({
  name: 'database.dump',
  summary: 'Write what the server holds into a file for people and other tools',
  details:
    'One row a line as JSON, with the name of its table. It is for looking, searching and moving to other tools, and cannot be restored: for that there is a backup. ' +
    'Secrets are masked by their names and looks, binary values are base64, values over a megabyte are told by their size alone. ' +
    'Tables are read one after the other while the server works, so the dump is not of one moment.',
  input: z.object({
    tables: words.optional().describe('Only these tables, with commas between; all unless given'),
    withoutPayloads: z.boolean().default(false).describe('Leave out inputs, outputs, log lines, recordings and code'),
  }),
  data: DumpPiece,
  errors: [dumpTableUnknown],
  permission: 'database:read',
  on: {
    rest: 'GET /system/dump',
    graphql: 'databaseDump',
    cli: {
      command: 'db dump',
      examples: [
        { line: 'ratchet db dump everything.jsonl', about: 'Every row of every table of the server, to look at' },
        {
          line: 'ratchet db dump jobs.jsonl --tables jobs,executions --without-payloads',
          about: 'Two tables, without what tasks were given',
        },
      ],
    },
  },
  async *open({ dumping }: DumpServices, { tables: wanted, withoutPayloads }, after, { now }): AsyncGenerator<StreamEvent<DumpPiece>> {
    const { database, mask, version } = dumping;
    const known = dumpedTables();
    for (const table of wanted ?? [])
      if (!known.some(({ name }) => name === table)) throw dumpTableUnknown({ table, known: known.map(({ name }) => name) });
    const tables = known
      .filter(({ name }) => wanted === undefined || wanted.includes(name))
      .map((table) => ({ ...table, columns: table.columns.filter((column) => !withoutPayloads || !isPayload(table, column)) }));
    const start = placeOf(after);
    if (start === null) {
      const [schema] = await database.read.all<{ version: number }>('SELECT max(number) AS version FROM __migrations');
      const leftOut = withoutPayloads ? known.flatMap((table) => leftOutOf(table, tables)) : [];
      const header = { format: 1 as const, madeAt: isoTime(now), version, schemaVersion: schema!.version, dialect: database.dialect };
      yield {
        id: null,
        kind: 'header',
        data: { header: { ...header, tables: tables.map(({ name }) => name), leftOut }, table: null, rows: [] },
      };
    }
    for (const table of tables) {
      if (start !== null && table.name < start.table) continue;
      const behind = start?.table === table.name ? start.key : null;
      for await (const page of pagesOf(database, table, behind)) {
        const id = Buffer.from(JSON.stringify({ table: table.name, key: page.last })).toString('base64url');
        yield { id, kind: 'rows', data: { header: null, table: table.name, rows: readable(page.rows, mask) } };
      }
    }
  },
});

const isPayload = ({ name }: DumpedTable, column: string) => payloadColumns[name]?.includes(column) ?? false;

function leftOutOf(table: DumpedTable, dumped: readonly DumpedTable[]): string[] {
  if (!dumped.some(({ name }) => name === table.name)) return [];
  return table.columns.filter((column) => isPayload(table, column)).map((column) => `${table.name}.${column}`);
}

const Place = z.object({ table: z.string(), key: z.array(z.union([z.string(), z.number()])) });

/** What an earlier event gave as its id; null where nobody could have given it. */
function placeOf(after: string | null): { readonly table: string; readonly key: readonly SqlValue[] } | null {
  if (after === null) return null;
  try {
    return Place.parse(JSON.parse(Buffer.from(after, 'base64url').toString()));
  } catch {
    return null;
  }
}

/** Words and ids that stand for nothing but themselves. */
const plain = /^(?:[a-z_.]*|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64})$/;

/** With JSON as JSON, bytes as base64, and without secrets. All texts of a page are masked at once: what is a secret in one is one in all. */
function readable(rows: readonly DumpedRow[], mask: (json: string) => string): Record<string, unknown>[] {
  const texts: unknown[] = [];
  const places: { row: Record<string, unknown>; column: string }[] = [];
  const shown = rows.map((row) => {
    const copy: Record<string, unknown> = {};
    for (const [column, value] of Object.entries(row)) {
      copy[column] = value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value;
      if (typeof value !== 'string' || plain.test(value)) continue;
      texts.push(asJson(value));
      places.push({ row: copy, column });
    }
    return copy;
  });
  if (texts.length === 0) return shown;
  const masked = JSON.parse(mask(JSON.stringify(texts))) as unknown[];
  for (const [index, { row, column }] of places.entries()) row[column] = masked[index];
  return shown;
}

function asJson(text: string): unknown {
  if (!/^[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
