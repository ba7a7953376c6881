import buildWorker from '../../scripts/build-worker.ts';

/** Before any test: workers run from a generated file, and a test of yesterday's worker proves nothing. */
export default async function setup(): Promise<void> {
  await buildWorker();
}
