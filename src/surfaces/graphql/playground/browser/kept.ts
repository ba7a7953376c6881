/** What the page remembers in this browser; it works without where the browser refuses. */
export function keep(name: string, value: unknown): void {
  try {
    localStorage.setItem(`graphql.${name}`, JSON.stringify(value));
  } catch {
    // Full, or not allowed.
  }
}

export function kept<Value>(name: string, otherwise: Value): Value {
  try {
    const said = localStorage.getItem(`graphql.${name}`);
    return said === null ? otherwise : (JSON.parse(said) as Value);
  } catch {
    return otherwise;
  }
}
