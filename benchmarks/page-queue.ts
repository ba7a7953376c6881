import { dated, section } from './page-section.ts';
import type { Results } from './results.ts';
import type { Waits } from './suites/queue/add-to-start.ts';

/** What is said about the queue and the server. */
export function queueSections(results: Results): string[] {
  const { endToEnd, loadedLatency, addToStart, postRate, claimCost, listPage, schedules, idle, ready } = results;
  const about =
    `Each server is started anew in each of ${results.serverRounds ?? 0} rounds, in turn, and runs alone; figures are medians over the rounds. ` +
    'A process of its own sends the requests over connections that are kept alive, each with at most one request in flight. ' +
    'Ratchet runs with its defaults, its queue as long as needed and no line in the log per request; the peers are Fastify with a checked body and no log, with the batches and wake-ups switched on that they have.';
  const isAny = [endToEnd, loadedLatency, addToStart, postRate].some((part) => part !== undefined);
  return [
    isAny ? `## Queue and server\n\n${about}` : '',
    endToEnd ? endToEndSection(endToEnd) : '',
    loadedLatency ? loadedLatencySection(loadedLatency) : '',
    addToStart ? addToStartSection(addToStart) : '',
    postRate ? postRateSection(postRate) : '',
    claimCost ? claimCostSection(claimCost) : '',
    listPage ? listPageSection(listPage) : '',
    schedules ? schedulesSection(schedules) : '',
    idle ? idleSection(idle) : '',
    ready ? readySection(ready) : '',
  ];
}

function endToEndSection(part: NonNullable<Results['endToEnd']>): string {
  const { driver, subjects } = part.figures;
  const how = { fresh: 'a realm per job', warm: 'one realm per task', process: 'processes that are kept', none: 'none' };
  return section(
    'Jobs end to end (per second)',
    'Jobs of the addition task, posted by 64 connections as fast as they are taken, until the last result is stored. ' +
      'Posted is the rate at which they were taken meanwhile; CPU is that of the server, its processes and its database. ' +
      `The driver took ${driver.cpuMs} ms of processor time per request and can send ${driver.requestsPerSecond} a second.${dated(part)}`,
    ['', 'isolation', 'storage', 'jobs per second', 'posted', 'CPU per job (ms)', 'times BullMQ, everysec', 'times BullMQ, always'],
    subjects.map((s) => [
      s.subject,
      how[s.isolation],
      s.storage,
      s.jobsPerSecond,
      s.postsPerSecond,
      s.cpuMs,
      s.timesEverysec || 'n/a',
      s.timesAlways || 'n/a',
    ]),
  );
}

function loadedLatencySection(part: NonNullable<Results['loadedLatency']>): string {
  const { perSecond, subjects } = part.figures;
  return section(
    'Time of a job under load (ms)',
    `${perSecond} jobs come each second, by schedule: as many as BullMQ's sandboxed processor did end to end. From queued to the stored result by the server's own stamps, and from when a post was due to its answer.${dated(part)}`,
    ['', 'storage', 'result p50', 'p99', 'post p50', 'p99'],
    subjects.map((s) => [s.subject, s.storage, s.p50Ms, s.p99Ms, s.postP50Ms, s.postP99Ms]),
  );
}

function addToStartSection(part: NonNullable<Results['addToStart']>): string {
  return section(
    'From queued to start (ms)',
    `One job each 100 ms, and by schedule at half the rate that the subject reached end to end. Stamps are whole milliseconds, so 0 and 1 are hardly different; a start is when a job was taken out of the queue, a result when it was stored.${dated(part)}`,
    ['', 'storage', 'idle: start p50', 'p99', 'result p50', 'p99', 'half, per second', 'start p50', 'p99', 'result p50', 'p99'],
    part.figures.subjects.map(({ subject, storage, idle, halfPerSecond, half }) => [
      subject,
      storage,
      ...waits(idle),
      halfPerSecond,
      ...waits(half),
    ]),
  );
}

function waits(w: Waits): number[] {
  return [w.startP50Ms, w.startP99Ms, w.finishP50Ms, w.finishP99Ms];
}

function postRateSection(part: NonNullable<Results['postRate']>): string {
  const { flushesPerSecond, subjects } = part.figures;
  return section(
    'Jobs taken per second',
    `While the queue is paused: post, check, store, answer. Who flushes to the disk once per job takes at most ${flushesPerSecond} a second here.${dated(part)}`,
    ['', 'storage', '1 connection', '10', '100', 'p50 at 100 (ms)', 'p99 at 100 (ms)', 'CPU per post at 100 (ms)'],
    subjects.map(({ subject, storage, at }) => [
      // Taking a job does not depend on how it will be run.
      subject.replace(' fresh', '').replace(/, (?:sandboxed|in process).*/, ''),
      storage,
      at[1].perSecond,
      at[10].perSecond,
      at[100].perSecond,
      at[100].p50Ms,
      at[100].p99Ms,
      at[100].cpuMs,
    ]),
  );
}

function claimCostSection(part: NonNullable<Results['claimCost']>): string {
  return section(
    'Processor time of a claim (µs)',
    `Taking the next jobs under a lease, by how many wait and how many have finished: alone, and per job in claims of a hundred. With the commit, and on PostgreSQL with what the database uses.${dated(part)}`,
    ['', 'waiting', 'finished', 'claim of one', 'one of a hundred'],
    part.figures.figures.map((f) => [f.storage, f.waiting, f.finished, f.oneUs, f.ofHundredUs]),
  );
}

function listPageSection(part: NonNullable<Results['listPage']>): string {
  const { rows, calls } = part.figures;
  return section(
    'Lists (ms)',
    `A call over HTTP to a server whose SQLite holds ${rows} finished jobs; pages of 25.${dated(part)}`,
    ['', 'p50', 'p99'],
    calls.map(({ call, p50Ms, p99Ms }) => [call, p50Ms, p99Ms]),
  );
}

function schedulesSection(part: NonNullable<Results['schedules']>): string {
  const { schedules, idleSeconds, idleShareWithout, idleShareWith, planning } = part.figures;
  const percent = (share: number) => Number((share * 100).toPrecision(3));
  return section(
    'Schedules',
    `A server is watched for ${idleSeconds} seconds with nothing due, without schedules and with ${schedules}; and ${schedules} schedules that come due at the same moment are planned: slot, job and next time, committed.${dated(part)}`,
    ['', 'measured'],
    [
      ['idle without schedules, % of a core', percent(idleShareWithout)],
      [`idle with ${schedules}, % of a core`, percent(idleShareWith)],
      ...planning.flatMap(({ storage, slotsPerSecond, tookMs }) => [
        [`${storage}, slots planned per second`, slotsPerSecond],
        [`${storage}, until the last one is queued (ms)`, tookMs],
      ]),
    ],
  );
}

function idleSection(part: NonNullable<Results['idle']>): string {
  const f = part.figures;
  return section(
    'A server with nothing to do',
    `Over ${f.seconds} seconds.${dated(part)}`,
    ['', 'measured'],
    [
      ['CPU, % of a core', Number((f.cpuShare * 100).toPrecision(3))],
      ['server, RSS (MB)', f.serverRssMb],
      [`server and the ${f.processes} processes below it, RSS (MB)`, f.familyRssMb],
      [`server and the ${f.processes} processes below it, PSS (MB)`, f.familyPssMb],
      ['growth of its files (bytes)', f.grownBytes],
    ],
  );
}

function readySection(part: NonNullable<Results['ready']>): string {
  const { tasks, firstMs, againMs } = part.figures;
  return section(
    'Ready (ms)',
    `From the start of the process until the server with ${tasks} tasks says that it is ready.${dated(part)}`,
    ['', 'measured'],
    [
      ['with an empty data folder', firstMs],
      ['the next time', againMs],
    ],
  );
}
