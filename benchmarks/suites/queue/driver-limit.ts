import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { posting, type LoadDriver } from '../../load.ts';
import { rounded } from '../../percentiles.ts';
import { additionInput } from '../../tasks/load.ts';
import { clients } from './flow.ts';

/** What the load driver itself can do, and what it takes from the machine. */
export interface DriverLimit {
  readonly requestsPerSecond: number;
  /** Processor time of the driver per request. */
  readonly cpuMs: number;
}

/** Against a server that answers at once with a few constant bytes. */
export async function driverLimit(driver: LoadDriver, forMs: number): Promise<DriverLimit> {
  const server = fork(join(import.meta.dirname, '..', '..', 'echo-server.ts'));
  const [url] = (await once(server, 'message')) as [string];
  const order = {
    ...posting(url, { path: '/jobs', body: additionInput }),
    connections: clients,
    perSecond: null,
    requests: Number.POSITIVE_INFINITY,
  };
  await driver.send({ ...order, forMs: 300 });
  const { requests, tookMs, cpuMs } = await driver.send({ ...order, forMs });
  server.disconnect();
  return { requestsPerSecond: rounded((requests / tookMs) * 1000), cpuMs: rounded(cpuMs / requests) };
}
