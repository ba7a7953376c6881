import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { probeConfinement } from '#engine/index.ts';
import { busyNow, machine, versions } from './machine.ts';
import { benchOptions, usage } from './options.ts';
import { benchmarksPage, benchmarksPageFile } from './page.ts';
import type { Part, Results } from './results.ts';
import type { Skip } from './subjects/subject.ts';
import { measureColdStart } from './suites/cold-start.ts';
import { measureFetch } from './suites/fetch.ts';
import { measureMemory } from './suites/memory.ts';
import { measureNeighbours } from './suites/neighbours.ts';
import { measureOverhead } from './suites/overhead.ts';
import { measureRecording } from './suites/recording.ts';
import { verdicts } from './targets.ts';

const file = join(import.meta.dirname, 'results.json');
const say = (line: string) => process.stdout.write(`${line}\n`);
const options = benchOptions(process.argv.slice(2));

if (options) await run(options);
else say(usage);

async function run({ only, writes, ...rest }: NonNullable<typeof options>): Promise<void> {
  const chosen = { only, writes, ...rest };
  const skipped: Skip[] = [];
  const names = ['memory', 'cold-start', 'fetch', 'neighbours', 'recording', 'overhead'];
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`no such part: ${unknown.join(', ')}; there are ${names.join(', ')}`);
  const part = async <Figures>(name: string, measure: () => Figures | Promise<Figures>): Promise<Part<Figures> | undefined> => {
    if (only.length > 0 && !only.includes(name)) return undefined;
    say(`${name} ...`);
    const busyBefore = await busyNow();
    if (busyBefore > 0.1) say(`  something else uses ${Math.round(busyBefore * 100)} % of the processors: the figures will suffer`);
    return { date: new Date().toISOString(), busyBefore, figures: await measure() };
  };
  // What starts processes comes first: it must not share the machine with pools that wait.
  const memory = await part('memory', () => measureMemory(chosen));
  const coldStart = await part('cold-start', () => measureColdStart(chosen, skipped));
  const fetch = await part('fetch', () => measureFetch(chosen, skipped));
  const neighbours = await part('neighbours', () => measureNeighbours(chosen));
  const recording = await part('recording', () => measureRecording(chosen));
  const overhead = await part('overhead', () => measureOverhead(chosen, skipped, say));

  const measured = Object.fromEntries(
    Object.entries({ overhead, fetch, recording, coldStart, memory, neighbours }).filter(([, value]) => value !== undefined),
  );
  const kept = only.length > 0 && existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<Results>) : {};
  const results = {
    ...kept,
    date: new Date().toISOString(),
    isQuick: rest.isQuick,
    rounds: rest.rounds,
    sliceMs: rest.sliceMs,
    rampUpMs: rest.rampUpMs,
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
