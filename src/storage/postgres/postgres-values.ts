import type { CustomTypesConfig } from 'pg';
import pg from 'pg';

/** By their number in pg_type: what the driver would give otherwise than SQLite does. Every number is a number, flags are 0 and 1, bytes no Buffer. */
const parsers: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.BOOL, (text) => (text === 't' ? 1 : 0)],
  [pg.types.builtins.INT8, Number],
  [pg.types.builtins.NUMERIC, Number],
  [pg.types.builtins.BYTEA, bytes],
]);

export const postgresTypes: CustomTypesConfig = {
  getTypeParser: (oid, format) => parsers.get(oid) ?? pg.types.getTypeParser(oid, format),
};

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.slice(2), 'hex'));
}
