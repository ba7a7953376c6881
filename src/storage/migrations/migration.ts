import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One step of the schema, as its file says it. */
export interface Migration {
  /** From 1, without gaps. */
  readonly number: number;
  readonly name: string;
  /** The comment for the operator that opens the file. */
  readonly note: string;
  /** One text for both dialects. */
  readonly text: string;
  /** SHA-256 of the text, hex. */
  readonly checksum: string;
}

/** The same place from src/ and from dist/. */
export const migrationsFolder = join(import.meta.dirname, '../../../migrations');

/** Reads the numbered files of a folder, such as `0001_initial.sql`, in order. @throws TypeError for a folder that breaks the rules */
export function readMigrations(folder: string = migrationsFolder): readonly Migration[] {
  const files = readdirSync(folder)
    .filter((name) => /^\d{4}_/.test(name))
    .toSorted();
  return files.map((file, index) => {
    const found = /^(\d{4})_([a-z0-9_]+)\.sql$/.exec(file);
    if (found === null || Number(found[1]) !== index + 1)
      throw new TypeError(`${file}: migration ${index + 1} is a file ${String(index + 1).padStart(4, '0')}_name.sql`);
    const text = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n');
    const note = /^-- For the operator: (.+(?:\n-- .+)*)/.exec(text)?.[1];
    if (note === undefined) throw new TypeError(`${file} does not open with "-- For the operator: ..."`);
    return {
      number: index + 1,
      name: found[2]!,
      note: note.replaceAll('\n-- ', ' '),
      text,
      checksum: createHash('sha256').update(text).digest('hex'),
    };
  });
}
