import { dated, section } from './page-section.ts';
import type { Results } from './results.ts';

/** What is said about the surfaces of a server. */
export function surfaceSections({ surfaces, fanOut }: Pick<Results, 'surfaces' | 'fanOut'>): string[] {
  return [surfaces ? callsSection(surfaces) : '', fanOut ? fanOutSection(fanOut) : ''];
}

function callsSection(part: NonNullable<Results['surfaces']>): string {
  return section(
    'The same call on every surface',
    'A page of 20 tasks, and a run of the addition task with its output, asked one after the other from one process; REST and GraphQL with plain fetch. ' +
      `The processor time is that of the server without its workers.${dated(part)}`,
    ['', 'surface', 'p50 (ms)', 'p99 (ms)', 'CPU of the server (ms)', 'CPU of the caller (ms)', 'times REST'],
    part.figures.map((f) => [f.call, f.surface, f.p50Ms, f.p99Ms, f.serverCpuMs, f.callerCpuMs, f.timesRest]),
  );
}

function fanOutSection(part: NonNullable<Results['fanOut']>): string {
  const { subscribers, events, ways } = part.figures;
  return section(
    `Events to ${subscribers} subscribers`,
    `${events} jobs complete one after the other, and every subscriber, each with a connection of its own, is told of each. The spread is from the first that was told to the last; ` +
      `processor time is per subscriber told, beyond what the same jobs cost with one who listens.${dated(part)}`,
    ['', 'spread p50 (ms)', 'p99', 'CPU per delivery (µs)', 'memory per subscriber (KB)'],
    ways.map((w) => [w.way, w.spreadP50Ms, w.spreadP99Ms, w.cpuMicros, w.residentKb]),
  );
}
