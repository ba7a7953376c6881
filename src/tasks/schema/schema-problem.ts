/** A schema that cannot be used: why, and where in it. */
export class SchemaProblem extends Error {
  /** Keys and indexes from the schema's root to the offending place. */
  readonly path: readonly string[];
  readonly hint: string;

  constructor(message: string, path: readonly string[], hint: string) {
    super(message);
    this.path = path;
    this.hint = hint;
  }
}
