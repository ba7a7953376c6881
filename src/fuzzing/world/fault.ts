import type { Json } from '#kernel/index.ts';

/** A way in which the world answers otherwise than the tests say. */
export type FaultKind =
  /** There is no answer. */
  | { readonly kind: 'failure'; readonly reason: FailureReason }
  /** Another status; `same` keeps the body. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body: 'none' | 'json' | 'html' | 'same';
      readonly retryAfter: string | null;
    }
  /** The body as a whole is something else. */
  | { readonly kind: 'text'; readonly how: TextFault }
  /** One part of the body has another value. `at` counts the parts, beginning anew after the last. */
  | { readonly kind: 'value'; readonly at: number; readonly to: Json }
  | { readonly kind: 'missing'; readonly at: number }
  /** A list, object or text in the body holds nothing. */
  | { readonly kind: 'emptied'; readonly at: number }
  /** The items of a list over and over, until there are so many. */
  | { readonly kind: 'grown'; readonly at: number; readonly items: number }
  /** A field nobody expects. */
  | { readonly kind: 'extra'; readonly at: number; readonly name: string; readonly to: Json };

export const failureReasons = ['timeout', 'reset', 'dns', 'refused', 'tls'] as const;
export type FailureReason = (typeof failureReasons)[number];

export const textFaults = ['empty', 'truncated', 'html', 'plain', 'garbled', 'first-line'] as const;
export type TextFault = (typeof textFaults)[number];

/** What goes wrong with one request, or with all from then on. */
export interface Fault {
  /** Number of the request, from 1, in the order asked. */
  readonly from: number;
  readonly isLasting: boolean;
  readonly what: FaultKind;
}
