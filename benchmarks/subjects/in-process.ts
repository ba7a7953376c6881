import { checkedAdd } from '../peers/addition.ts';
import type { Subject } from './subject.ts';

/** The same function called directly, JSON and checks included: what any platform can only approach. */
export function inProcess(): Subject {
  return {
    name: 'in-process call',
    kind: 'limit',
    workers: 0,
    run: async (input) => checkedAdd(input),
    close: async () => {},
  };
}
