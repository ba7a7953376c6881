/** What is wrong with one field of a value. */
export interface Problem {
  /** Dotted path of the field, empty for the value as a whole. */
  path: string;
  message: string;
  [detail: string]: unknown;
}
