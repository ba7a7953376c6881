/** One way of running the addition task, under measurement. */
export interface Subject {
  readonly name: string;
  /** `limit` is what cannot be beaten: the function called directly. */
  readonly kind: 'ratchet' | 'limit' | 'peer';
  /** Level of isolation of a Ratchet subject. */
  readonly level?: string;
  readonly workers: number;
  /** JSON text in, JSON text out. */
  run(input: string): Promise<string>;
  close(): Promise<void>;
}

/** Why a subject cannot be measured here. */
export interface Skip {
  readonly what: string;
  readonly why: string;
}
