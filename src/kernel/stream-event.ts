/** One thing that happened, on its way to whoever follows. */
export interface StreamEvent<Data> {
  /** Asks for what came after it, where the stream can be resumed; null where it cannot. */
  readonly id: string | null;
  readonly kind: string;
  readonly data: Data;
}
