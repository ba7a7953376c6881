import { failed, ok, warning, type Check } from '../doctor.ts';

/** Runs a tiny program through the sandbox, by the way every task takes. */
export function sandboxCheck(probe: () => Promise<{ output: string | null; detail: string; wallMs: number }>): Check {
  return {
    name: 'sandbox',
    run: async () => {
      const { output, detail, wallMs } = await probe();
      if (output === '42') return ok(`a program ran in ${Math.round(wallMs)} ms, start of the worker included`);
      return failed(detail, 'If native-module failed too, correct that first; else run again with --log-level debug.');
    },
  };
}

/** Which ring of the operating system is around the workers. */
export function confinementCheck(probe: () => Promise<{ kind: string; detail: string; wanted: string }>): Check {
  return {
    name: 'confinement',
    run: async () => {
      const { kind, detail, wanted } = await probe();
      if (kind === 'bwrap') return ok(detail);
      if (wanted === 'none') return warning(detail, 'Workers keep their other rings. Set engine.confinement to auto to use bubblewrap.');
      const advice =
        'Tasks stay inside V8 isolates in a process without rights of its own; for the system ring as well, install bubblewrap and allow unprivileged user namespaces.';
      return wanted === 'bwrap' ? failed(detail, `${advice} engine.confinement demands it.`) : warning(detail, advice);
    },
  };
}
