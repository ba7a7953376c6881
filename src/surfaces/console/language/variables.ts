/** Variables of the console, by name. */
export interface Variables {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  /** @returns whether there was one */
  unset(name: string): boolean;
  entries(): readonly (readonly [name: string, value: string])[];
}

export interface VariableOptions {
  readonly isCaseSensitive: boolean;
  readonly predefined: Readonly<Record<string, string | number | boolean>>;
  /** Where variables go as well, so that programs the console starts see them; null: nowhere. */
  readonly environment: NodeJS.ProcessEnv | null;
}

export const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

export function createVariables({ isCaseSensitive, predefined, environment }: VariableOptions): Variables {
  const values = new Map<string, { name: string; value: string }>();
  const keyOf = (name: string) => (isCaseSensitive ? name : name.toLowerCase());
  const variables: Variables = {
    get: (name) => values.get(keyOf(name))?.value,
    set(name, value) {
      values.set(keyOf(name), { name, value });
      if (environment !== null) environment[name] = value;
    },
    unset(name) {
      const known = values.get(keyOf(name));
      if (known !== undefined && environment !== null) delete environment[known.name];
      return values.delete(keyOf(name));
    },
    entries: () => [...values.values()].map(({ name, value }) => [name, value] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  };
  for (const [name, value] of Object.entries(predefined)) variables.set(name, String(value));
  return variables;
}
