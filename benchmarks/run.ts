import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { probeConfinement } from '#engine/index.ts';
import { busyNow, machine, versions } from './machine.ts';
import { benchOptions, partNames, usage, type PartName } from './options.ts';
import { benchmarksPage, benchmarksPageFile } from './page.ts';
import type { Part, Results } from './results.ts';
import type { Skip } from './subjects/subject.ts';
import { measureColdStart } from './suites/cold-start.ts';
import { measureErrorAnalysis } from './suites/error-analysis.ts';
import { measureFetch } from './suites/fetch.ts';
import { measureMemory } from './suites/memory.ts';
import { measureNeighbours } from './suites/neighbours.ts';
import { measureOverhead } from './suites/overhead.ts';
import { measureRecording } from './suites/recording.ts';
import { measureAddToStart } from './suites/queue/add-to-start.ts';
import { measureClaimCost } from './suites/queue/claim-cost.ts';
import { measureEndToEnd, type EndToEndFigures } from './suites/queue/end-to-end.ts';
import { measureIdle } from './suites/queue/idle.ts';
import { measureListPage } from './suites/queue/list-page.ts';
import { measureLoadedLatency } from './suites/queue/loaded-latency.ts';
import { measurePostRate } from './suites/queue/post-rate.ts';
import { measureReady } from './suites/queue/ready.ts';
import { measureSchedules } from './suites/schedules.ts';
import { measureSurfaces } from './suites/surfaces/calls.ts';
import { measureFanOut } from './suites/surfaces/fan-out.ts';
import { verdicts } from './targets.ts';

const file = join(import.meta.dirname, 'results.json');
const say = (line: string) => process.stdout.write(`${line}\n`);
const options = benchOptions(process.argv.slice(2));

if (options) await run(options);
else say(usage);

async function run({ only, writes, ...rest }: NonNullable<typeof options>): Promise<void> {
  const chosen = { only, writes, ...rest };
  const skipped: Skip[] = [];
  const unknown = only.filter((name) => !(partNames as readonly string[]).includes(name));
  if (unknown.length > 0) throw new Error(`no such part: ${unknown.join(', ')}; there are ${partNames.join(', ')}`);
  const kept = only.length > 0 && existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<Results>) : {};
  const part = async <Figures>(name: PartName, measure: () => Figures | Promise<Figures>): Promise<Part<Figures> | undefined> => {
    if (only.length > 0 && !only.includes(name)) return undefined;
    say(`${name} ...`);
    const busyBefore = await busyNow();
    if (busyBefore > 0.1) say(`  something else uses ${Math.round(busyBefore * 100)} % of the processors: the figures will suffer`);
    return { date: new Date().toISOString(), busyBefore, figures: await measure() };
  };
  const memory = await part('memory', () => measureMemory(chosen));
  const coldStart = await part('cold-start', () => measureColdStart(chosen, skipped));
  const ready = await part('ready', () => measureReady(chosen));
  const idle = await part('idle', () => measureIdle(chosen));
  const postRate = await part('post-rate', () => measurePostRate(chosen, skipped, say));
  const endToEnd = await part('end-to-end', () => measureEndToEnd(chosen, skipped, say));
  const rates = (): EndToEndFigures => {
    const known = endToEnd ?? kept.endToEnd;
    if (known === undefined) throw new Error('rates come from the part end-to-end: measure it together with this one');
    return known.figures;
  };
  const loadedLatency = await part('loaded-latency', () => measureLoadedLatency(chosen, rates(), skipped, say));
  const addToStart = await part('add-to-start', () => measureAddToStart(chosen, rates(), skipped, say));
  const claimCost = await part('claim-cost', () => measureClaimCost(chosen, skipped, say));
  const listPage = await part('list-page', () => measureListPage(chosen));
  const schedules = await part('schedules', () => measureSchedules(chosen, skipped, say));
  const surfaces = await part('surfaces', () => measureSurfaces(chosen));
  const fanOut = await part('fan-out', () => measureFanOut(chosen));
  const fetch = await part('fetch', () => measureFetch(chosen, skipped));
  const neighbours = await part('neighbours', () => measureNeighbours(chosen));
  const recording = await part('recording', () => measureRecording(chosen));
  const errorAnalysis = await part('error-analysis', () => measureErrorAnalysis(chosen));
  const overhead = await part('overhead', () => measureOverhead(chosen, skipped, say));

  const ofEngine = { overhead, fetch, recording, errorAnalysis, coldStart, memory, neighbours };
  const ofServer = { ready, idle, postRate, endToEnd, loadedLatency, addToStart, claimCost, listPage, schedules, surfaces, fanOut };
  const measured = Object.fromEntries(Object.entries({ ...ofEngine, ...ofServer }).filter(([, value]) => value !== undefined));
  const results = {
    ...kept,
    date: new Date().toISOString(),
    isQuick: rest.isQuick,
    rounds: rest.rounds,
    sliceMs: rest.sliceMs,
    rampUpMs: rest.rampUpMs,
    serverRounds: rest.serverRounds,
    loadMs: rest.loadMs,
    machine: machine(),
    versions: versions(),
    confinement: (await probeConfinement('auto')).kind,
    ...measured,
    skipped,
  };
  const whole: Results = { ...results, targets: verdicts(results) };
  const page = benchmarksPage(whole);
  say(page);
  if (!writes) return;
  writeFileSync(file, `${JSON.stringify(whole, null, 2)}\n`);
  writeFileSync(benchmarksPageFile, page);
}
