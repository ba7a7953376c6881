import { inspectorMissing } from './errors.ts';
import { hasInspector } from './instruments.ts';
import { markDefaults } from './mark-defaults.ts';
import type { RunRequest, RunResult } from './run-request.ts';

/** Longest time V8's timers count in milliseconds, some 24 days: limits of time do not apply while a person thinks at a breakpoint. */
const noLimitMs = 2_147_000_000;

/** Runs an execution that is to be looked into. Never rejects: what goes wrong is in the outcome. */
export async function runWithInstruments(
  request: RunRequest,
  run: (request: RunRequest) => Promise<RunResult>,
  nodeVersion = process.versions.node,
): Promise<RunResult> {
  const { coverage, debugger: port } = request.instruments ?? {};
  if ((coverage || port) && !hasInspector(nodeVersion)) {
    port?.onEnd();
    return refused(port ? 'A debugger' : 'Coverage', nodeVersion);
  }
  if (port) {
    const limits = { ...request.limits, wallMs: noLimitMs, cpuMs: noLimitMs };
    return run({ ...request, limits });
  }
  if (!coverage) return run(request);
  const { program, unmark } = markDefaults(request.program);
  const result = await run({ ...request, program });
  const counted = result.insights?.coverage;
  return counted ? { ...result, insights: { ...result.insights, coverage: unmark(counted) } } : result;
}

function refused(what: string, node: string): RunResult {
  return {
    outcome: { output: null, error: inspectorMissing({ what, node }) },
    cost: { wallMs: 0, waitedMs: 0, cpuMs: 0, heapBytes: 0 },
    facts: { clock: [], clockCut: false, turns: [], turnsCut: false, logsDropped: 0 },
    insights: null,
  };
}
