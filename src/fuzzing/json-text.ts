/** JSON that keeps -0, which JSON can say and `JSON.stringify` does not. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, keepMinusZero, indent) ?? 'null';
}

function keepMinusZero(_key: string, value: unknown): unknown {
  return Object.is(value, -0) ? raw.rawJSON('-0') : value;
}

/** In V8 and in ECMAScript since 2025; not yet in TypeScript's library. */
const raw = JSON as unknown as { rawJSON(text: string): unknown };
