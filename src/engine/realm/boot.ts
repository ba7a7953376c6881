import type { Connect, Enter } from './contract.ts';
import { onResponse } from './exchange.ts';
import { installGlobals } from './globals.ts';
import { connectTo, liveRun, run, runsHere } from './run.ts';
import { runTask } from './run-task.ts';
import { settleBroken, tellFacts } from './settle.ts';
import { onTimer } from './timers.ts';

installGlobals();

const enter: Enter = (what, a, b, c) => {
  try {
    runsHere(what === 'run-here');
    if (what === 'run' || what === 'run-here') return runTask(a as never, b as string, c as string);
    const live = liveRun();
    if (live === null) return;
    if (live.timers !== null) live.timers.messages = 0;
    if (what === 'response') onResponse(live, a as number, b as string, c as string | ArrayBuffer);
    else if (what === 'timer') onTimer(live, a as number);
    else if (what === 'facts') tellFacts(live);
  } catch {
    // Everything that a task can cause is handled further in; this is for a task that broke what the handling stands on.
    try {
      settleBroken(run);
    } catch {
      // The stack may be exhausted, or the worker gone: its limits end the execution.
    }
  }
};

export const connect: Connect = (call, send, waiter) => {
  connectTo(call, send, waiter);
  return enter;
};
