/** Keys and indexes from the root of a JSON value to a part of it. */
export type JsonPath = readonly (string | number)[];

const mostPlaces = 2_000;

/** Every place in a JSON value, the root first; of very large values the first two thousand. */
export function placesIn(value: unknown): JsonPath[] {
  const places: JsonPath[] = [[]];
  for (let at = 0; at < places.length && places.length < mostPlaces; at++) {
    const path = places[at]!;
    const part = valueAt(value, path);
    if (Array.isArray(part)) for (const index of part.keys()) places.push([...path, index]);
    else if (typeof part === 'object' && part !== null) for (const key of Object.keys(part)) places.push([...path, key]);
  }
  return places.slice(0, mostPlaces);
}

export function valueAt(value: unknown, path: JsonPath): unknown {
  return path.reduce<unknown>(
    (part, step) =>
      typeof part === 'object' && part !== null && Object.hasOwn(part, step) ? (part as Record<string, unknown>)[step] : undefined,
    value,
  );
}

/** A copy with another value at a place; `undefined` takes the place away. Fields may be called `__proto__`. */
export function withAt(value: unknown, path: JsonPath, made: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return made;
  if (Array.isArray(value)) {
    const inner = withAt(value[Number(step)], rest, made);
    return inner === undefined ? value.toSpliced(Number(step), 1) : value.with(Number(step), inner);
  }
  return Object.fromEntries(
    Object.entries(value as object).flatMap(([key, part]: [string, unknown]) => {
      if (key !== String(step)) return [[key, part] as const];
      const inner = withAt(part, rest, made);
      return inner === undefined ? [] : [[key, inner] as const];
    }),
  );
}
