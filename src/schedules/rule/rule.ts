/** When a schedule comes due, as it is stored. */
export type RuleSpec =
  /** Five, six or seven fields, or `@hourly` and its like; read in an IANA time zone. */
  | { readonly kind: 'cron'; readonly expression: string; readonly timeZone: string }
  /** Every so many milliseconds, counted from `anchorAt` (milliseconds since 1970 UTC). */
  | { readonly kind: 'interval'; readonly everyMs: number; readonly anchorAt: number }
  /** One time (milliseconds since 1970 UTC). */
  | { readonly kind: 'once'; readonly at: number };

/** A rule that was checked. */
export interface Rule {
  readonly spec: RuleSpec;
  /** The first slot strictly after a time, in milliseconds since 1970 UTC; null: never again. */
  nextAfter(time: number): number | null;
  /** The rule in plain English words, with its time zone: "At 09:30, Monday through Friday (Europe/Berlin)". */
  describe(): string;
}
