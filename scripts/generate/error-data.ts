import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { jsonSchemaOf } from '../../src/surfaces/rest/json-schema.ts';
import { typeText, union } from './type-text.ts';

/** Names that stand for the same in the declarations of the client. */
const known: ReadonlySet<string> = new Set(['Problem', 'Record']);

/**
 * What each error carries, as TypeScript: the type argument of its `defineError`, because nothing of it is left when the program runs.
 * A name in it is written out, where it is an interface or a schema of the same file or of one that it imports.
 * @throws TypeError for any other name: a reader of the package does not know it
 */
export async function errorDataTypes(root: string, codes: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  const types = new Map<string, string>();
  for (const path of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.ts') || /\.test\.ts$|-harness\.ts$/.test(path)) continue;
    const file = join(root, 'src', path);
    const source = readFileSync(file, 'utf8');
    for (const [, text = '', code = ''] of source.matchAll(/= defineError<(.+?)>\(\s*'([A-Z0-9_]+)'/gs)) {
      if (!codes.has(code)) continue;
      let written = text;
      for (const name of new Set(text.match(/\b[A-Z]\w*\b/g)))
        if (!known.has(name)) written = written.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), await meaningOf(name, source, file, code));
      types.set(code, written.replaceAll(/\s+/g, ' '));
    }
  }
  const missing = [...codes].filter((code) => !types.has(code));
  if (missing.length > 0) throw new TypeError(`no defineError was found for ${missing.join(', ')}`);
  return types;
}

async function meaningOf(name: string, source: string, file: string, code: string): Promise<string> {
  const from = new RegExp(`import [^;]*\\b${name}\\b[^;]* from '(\\.[^']+)'`).exec(source)?.[1];
  const path = from === undefined ? file : join(dirname(file), from);
  const module = (await import(path)) as Readonly<Record<string, unknown>>;
  const written = new RegExp(`interface ${name} (\\{[^{}]*\\})`).exec(readFileSync(path, 'utf8'))?.[1];
  // One of a list that stands beside it.
  const words = (list: string) => union((module[list] as readonly unknown[]).map((word) => JSON.stringify(word)));
  if (written !== undefined) return written.replaceAll(/\(typeof (\w+)\)\[number\]/g, (_, list: string) => words(list));
  const schema = module[name];
  // Written out where it stands: another schema of the same name may be among the shared ones.
  if (schema instanceof z.ZodType) return typeText(jsonSchemaOf(schema, 'output'), { isInput: false, nameOf: (ref) => refused(ref, code) });
  return refused(name, code);
}

function refused(name: string, code: string): never {
  throw new TypeError(`${code} says its data by the name ${name}, which is not known outside: write it out`);
}
