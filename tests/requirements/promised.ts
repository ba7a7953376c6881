/** One promise of the product: what a user may rely on, in a sentence, and the page that makes it. */
export interface Promised {
  readonly id: string;
  readonly promise: string;
  readonly page: string;
}
