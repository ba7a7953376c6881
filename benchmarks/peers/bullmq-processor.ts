import { checkedAdd } from './addition.ts';

/** Runs in a process of its own, kept between jobs. */
export default async function process(job: { data: { input: string } }): Promise<string> {
  return checkedAdd(job.data.input);
}
