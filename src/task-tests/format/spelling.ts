import { closest, distance } from 'fastest-levenshtein';
import { z } from 'zod';

/** `expectedOutput`, `expected-output` and `expected_output` are one name. */
export function canonical(key: string): string {
  return key
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();
}

/** Fields that are there for people: tests may carry them anywhere. */
const notes = new Set(['comment', 'comments', 'note', 'notes']);

export function isNote(key: string): boolean {
  return /^(?:[_$#]|\/\/)/.test(key) || notes.has(key);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * An object whose fields may be spelled in several ways. A field nobody knows is a problem that names the nearest known one, so that a
 * slip of the pen cannot make a test pass.
 * @param aliases other names in canonical form, and the field of the shape they stand for; an empty text for fields to be passed over
 */
export function spelled<Shape extends z.ZodRawShape>(
  shape: Shape,
  aliases: Readonly<Record<string, string>> = {},
  what = 'a test',
): z.ZodType<z.output<z.ZodObject<Shape>>> {
  const known = Object.keys(shape);
  const inner = z.strictObject(shape);
  return z.unknown().transform((value, context) => {
    const renamed: Record<string, unknown> = {};
    const saidAs = new Map<PropertyKey, string>();
    const complain = (message: string, path: PropertyKey[]) => context.addIssue({ code: 'custom', message, path, input: value });
    for (const [key, one] of isRecord(value) ? Object.entries(value) : []) {
      const field = fieldOf(key, known, aliases);
      if (field === '') continue;
      if (field === null) {
        complain(unknownField(key, [...known, ...Object.keys(aliases)], what), [key]);
      } else if (saidAs.has(field)) {
        complain(`${saidAs.get(field)} and ${key} say the same thing; keep one of them.`, [key]);
      } else {
        saidAs.set(field, key);
        renamed[field] = one;
      }
    }
    const parsed = inner.safeParse(isRecord(value) ? renamed : value);
    if (parsed.success) return parsed.data;
    // Paths name fields as they are written, so that their places can be found.
    for (const { path, message } of parsed.error.issues) {
      complain(
        message,
        path.map((step, index) => (index === 0 ? (saidAs.get(step) ?? step) : step)),
      );
    }
    return z.NEVER;
  });
}

/** The field a key means; '' for one to be passed over, null for one that nobody knows. */
export function fieldOf(key: string, known: readonly string[], aliases: Readonly<Record<string, string>>): string | null {
  if (isNote(key)) return '';
  const name = canonical(key);
  if (known.includes(name)) return name;
  return Object.hasOwn(aliases, name) ? aliases[name]! : null;
}

function unknownField(key: string, known: readonly string[], what: string): string {
  return `${JSON.stringify(key)} is no field of ${what}${didYouMean(canonical(key), known)}`;
}

/** `. Did you mean url?`, or only the full stop when nothing is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = closest(word, [...known]);
  return distance(word, near) <= Math.max(1, Math.floor(word.length / 3)) ? `. Did you mean ${near}?` : '.';
}

/** Parses a part of a value and passes its problems on with their place. @returns undefined when there were some */
export function within<Type extends z.ZodType>(
  schema: Type,
  value: unknown,
  path: readonly PropertyKey[],
  context: z.RefinementCtx,
): z.output<Type> | undefined {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    context.addIssue({ code: 'custom', message: issue.message, path: [...path, ...issue.path], input: value });
  }
  return undefined;
}
