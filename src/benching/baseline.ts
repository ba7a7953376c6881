import { accessSync, constants, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { problemsOf } from '#kernel/index.ts';
import { Measurement, type Comparison, type Conditions } from './bench-report.ts';
import { compareBlocks } from './compare-blocks.ts';
import { baselineUnreadable, baselineUnwritable, notComparable } from './errors.ts';

const BaselineFile = z.object({ kind: z.literal('ratchet-bench'), formatVersion: z.literal(1), measurement: Measurement });

/** @throws BASELINE_UNREADABLE */
export function readBaseline(path: string): Measurement {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (caught) {
    const { code, message } = caught as NodeJS.ErrnoException;
    throw baselineUnreadable({ path, reason: code === 'ENOENT' ? 'there is no such file' : message }, caught);
  }
  const parsed = BaselineFile.safeParse(value);
  if (parsed.success) return parsed.data.measurement;
  const [first] = problemsOf(parsed.error);
  throw baselineUnreadable({ path, reason: `${first?.path || 'it'}: ${first?.message ?? 'it has another form'}` });
}

/** Finds out before a measurement whether its baseline can be written. @throws BASELINE_UNWRITABLE */
export function prepareBaseline(path: string): void {
  try {
    accessSync(dirname(resolve(path)), constants.W_OK);
  } catch (caught) {
    throw unwritable(path, caught);
  }
}

/** Over an older one, all of it or nothing. @throws BASELINE_UNWRITABLE */
export function writeBaseline(path: string, measurement: Measurement): void {
  const beside = `${resolve(path)}.${process.pid}.tmp`;
  try {
    writeFileSync(
      beside,
      `${JSON.stringify({ kind: 'ratchet-bench', formatVersion: 1, measurement } satisfies z.infer<typeof BaselineFile>, null, 2)}\n`,
    );
    renameSync(beside, path);
  } catch (caught) {
    rmSync(beside, { force: true });
    throw unwritable(path, caught);
  }
}

function unwritable(path: string, caught: unknown) {
  const { code, message } = caught as NodeJS.ErrnoException;
  return baselineUnwritable({ path, reason: code === 'ENOENT' ? 'there is no such folder' : (code ?? message) }, caught);
}

/**
 * Refuses a baseline that measured something else: the difference would be that of the conditions.
 * @throws BASELINE_NOT_COMPARABLE
 */
export function checkComparable(path: string, { conditions: then }: Measurement, now: Conditions): void {
  const differences = [
    ...(then.task.uuid === now.task.uuid ? [] : [`the task was ${then.task.label} (${then.task.uuid})`]),
    ...(then.inputHash === now.inputHash ? [] : ['the input was another one']),
    ...(then.test === now.test
      ? []
      : [then.test === null ? 'requests were live' : `requests were answered by the mocks of ${JSON.stringify(then.test)}`]),
    ...(then.isolation === now.isolation ? [] : [`the isolation was ${then.isolation}, not ${now.isolation}`]),
    ...(then.concurrency === now.concurrency ? [] : [`${then.concurrency} ran at once, not ${now.concurrency}`]),
  ];
  if (differences.length > 0) throw notComparable({ path, differences });
}

/** Compares a measurement with an earlier one that measured the same. */
export function compareWith(path: string, before: Measurement, now: Measurement): Comparison {
  return {
    path,
    measuredAt: before.measuredAt,
    version: before.conditions.task.version,
    wallMs: compareBlocks(before.blocks.wallMs, now.blocks.wallMs),
    cpuMs: compareBlocks(before.blocks.cpuMs, now.blocks.cpuMs),
    before: { wallMs: before.wallMs, cpuMs: before.cpuMs, perSecond: before.perSecond },
    notes: notesOn(before.conditions, now.conditions),
  };
}

function notesOn({ machine: then, task: before }: Conditions, { machine: now, task }: Conditions): string[] {
  const isElsewhere = then.cpu !== now.cpu || then.cores !== now.cores || then.system.split(' ')[0] !== now.system.split(' ')[0];
  return [
    ...(isElsewhere
      ? [
          `The baseline was measured on another machine (${then.cpu}, ${then.cores} cores, ${then.system}): the difference may be the machine's.`,
        ]
      : []),
    ...(then.node === now.node ? [] : [`Then it was Node ${then.node}, now it is ${now.node}.`]),
    ...(then.ratchet === now.ratchet ? [] : [`Then it was Ratchet ${then.ratchet}, now it is ${now.ratchet}.`]),
    ...(before.hash === task.hash ? ['The files of the task are the same as then.'] : []),
  ];
}
