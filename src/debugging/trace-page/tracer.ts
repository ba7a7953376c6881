import type { Execution } from '#executions/index.ts';
import type { Task } from '#tasks/index.ts';
import { authorProfileOf } from '../profile/author-profile.ts';
import { fileUrlOf } from '../task-urls.ts';
import type { CpuProfile } from './cpu-profile.ts';
import { traceOf, type MaskedRun } from './trace-of.ts';
import { writeTrace, type TraceFormat } from './write-trace.ts';

/** An execution without its secrets, and what takes them out of other texts. */
export type Mask = (execution: Execution, task: Task) => { readonly run: MaskedRun; readonly text: (text: string) => string };

/** Writes traces of executions, with their profiles where they have one. */
export interface TraceFiles {
  /** @param file named for the task, in the current folder, when null @returns its path @throws TRACE_UNWRITABLE */
  write(execution: Execution, task: Task, format: TraceFormat, file: string | null): string;
}

/** @param mask takes secrets out: a trace is a file that people send to each other */
export function createTracer(mask: Mask): TraceFiles {
  return {
    write(execution, task, format, file) {
      const { run, text } = mask(execution, task);
      const { profile = null, profileStartedMs = 0 } = execution.insights ?? {};
      const own = profile && withPathsInTask(authorProfileOf(task, profile), task);
      return writeTrace(traceOf(execution, task, run, { text, profile: own, profileStartedMs }), task.name, format, file);
    },
  };
}

/** A trace names files as the task does; where the task lies on somebody's disk is nobody else's business. */
function withPathsInTask(profile: CpuProfile, task: Task): CpuProfile {
  const paths = new Map(Object.keys(task.files).map((path) => [fileUrlOf(task, path), path]));
  const nodes = profile.nodes.map((node) => {
    const { url } = node.callFrame;
    return { ...node, callFrame: { ...node.callFrame, url: paths.get(url) ?? (url.startsWith('file:') ? '' : url) } };
  });
  return { ...profile, nodes };
}
