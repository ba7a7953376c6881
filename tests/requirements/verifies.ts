import { promises } from './promises.ts';

/** Says that the test around it proves a promise. The citation is found by its text, so give the id as it stands. */
export function verifies(id: string): void {
  if (!promises.some((one) => one.id === id))
    throw new Error(`${id} is no promise: add it to tests/requirements/promises.ts or correct the id.`);
}
