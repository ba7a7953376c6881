import type { AuditFacts } from './audit-facts.ts';
import type { Severity } from './finding.ts';

/** What a check found. */
export interface Found {
  readonly severity: Severity;
  readonly what: string;
  readonly advice: string;
  /** Where it is another one than that of the check. */
  readonly setting?: string;
}

/** One thing to look at. */
export interface SecurityCheck {
  readonly id: string;
  /** The setting that decides it, if one does. */
  readonly setting: string | null;
  /** Null: nothing to say. */
  look(facts: AuditFacts): Found | null;
}

const mostNamed = 5;

/** `a, b, c` or `a, b, c, d, e and 7 more`. */
export function named(names: readonly string[]): string {
  const more = names.length - mostNamed;
  return more > 0 ? `${names.slice(0, mostNamed).join(', ')} and ${more} more` : names.join(', ');
}
