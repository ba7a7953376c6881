/** The same value with the names of its fields in snake case, whatever the depth. @param keep fields whose insides are left as they are */
export function snakeKeys(value: unknown, keep: readonly string[] = []): unknown {
  if (Array.isArray(value)) return value.map((item) => snakeKeys(item, keep));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase(),
      keep.includes(name) ? field : snakeKeys(field, keep),
    ]),
  );
}
