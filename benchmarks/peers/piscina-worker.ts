import { checkedAdd } from './addition.ts';

/** Runs in a thread of the pool. */
export default checkedAdd;
