import { flameOf, hotLinesOf } from './cpu-profile.ts';
import { eventsOf, siteOf } from './events-of.ts';
import { bytesText, durationText } from './format.ts';
import type { PageData, PageError, PageSource } from './page-data.ts';
import { pageJson } from './page-text.ts';
import type { Trace } from './trace.ts';

/** Lines of one file, and files, that a page carries: a bundle of megabytes is nobody's source to read. */
const mostLines = 20_000;
const mostSources = 100;

/** Puts a trace in order for its page. Times become milliseconds since the execution began. */
export function pageDataOf(trace: Trace): PageData {
  const { events, lastMs, notes } = eventsOf(trace);
  const paths = Object.keys(trace.sources ?? {});
  const flame = trace.profile ? flameOf(trace.profile, paths, trace.profileStartedMs ?? 0) : [];
  const flameEndMs = flame.reduce((last, { endMs }) => Math.max(last, endMs), 0);
  return {
    title: `${trace.task.label} ${trace.task.version}: trace`,
    task: { label: trace.task.label, version: trace.task.version, uuid: trace.task.uuid },
    id: trace.id,
    state: trace.state,
    startedAt: trace.startedAt,
    // An execution that ended at once still has an axis.
    totalMs: Math.max(trace.cost.wallMs, lastMs, flameEndMs, 0.1),
    facts: factsOf(trace),
    error: trace.error && errorOf(trace.error),
    input: trace.input === undefined ? null : pageJson(trace.input),
    output: trace.state === 'completed' ? pageJson(trace.output) : null,
    events,
    flame,
    hotLines: trace.profile ? hotLinesOf(trace.profile, paths) : [],
    sources: sourcesOf(trace.sources ?? {}),
    notes,
  };
}

function factsOf({ cost }: Trace): PageData['facts'] {
  const waited = cost.waitedMs >= 1 ? `, of which ${durationText(cost.waitedMs)} passed before a worker was free` : '';
  return [
    { name: 'Wall', value: durationText(cost.wallMs), about: `From start to answer${waited}.` },
    { name: 'CPU', value: durationText(cost.cpuMs), about: 'Processor time of the task.' },
    {
      name: 'Heap',
      value: cost.heapBytes > 0 ? bytesText(cost.heapBytes) : 'unknown',
      about: 'JavaScript heap at the end of the execution.',
    },
    { name: 'Requests', value: String(cost.requests), about: 'HTTP requests the task made.' },
    { name: 'Received', value: bytesText(cost.bytesIn), about: 'Bytes of all answers.' },
    { name: 'Sent', value: bytesText(cost.bytesOut), about: 'Bytes of all request bodies.' },
  ];
}

function errorOf({ code, message, hint, data }: NonNullable<Trace['error']>): PageError {
  const { errorClass, frames, stack: _stack, message: _message, ...rest } = data;
  const others = Object.entries(rest).filter(([, value]) => !isEmpty(value));
  return {
    code,
    message,
    hint,
    errorClass: typeof errorClass === 'string' ? errorClass : null,
    frames: (Array.isArray(frames) ? (frames as unknown[]) : []).flatMap((frame) => {
      const { function: name, file, line, column } = (typeof frame === 'object' && frame !== null ? frame : {}) as Record<string, unknown>;
      if (typeof file !== 'string' || typeof line !== 'number') return [];
      const site = siteOf({ file, line, column: typeof column === 'number' ? column : 1 })!;
      return [{ ...site, name: typeof name === 'string' ? name : '' }];
    }),
    details: others.length === 0 ? null : pageJson(Object.fromEntries(others)),
  };
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** Code first: it is what a reader looks for. */
function sourcesOf(files: Readonly<Record<string, string>>): PageSource[] {
  const isCode = (path: string) => /\.(?:[cm]?[jt]sx?)$/.test(path);
  return Object.entries(files)
    .toSorted(([a], [b]) => Number(isCode(b)) - Number(isCode(a)) || (a < b ? -1 : 1))
    .slice(0, mostSources)
    .map(([path, text]) => {
      const lines = text.split('\n');
      return { path, text: lines.slice(0, mostLines).join('\n'), omittedLines: Math.max(0, lines.length - mostLines) };
    });
}
