import type { SecurityCheck } from '../security-check.ts';

/** What stands between tasks and the machine. */
export const sandboxChecks: readonly SecurityCheck[] = [
  {
    id: 'workers-unconfined',
    setting: 'engine.confinement',
    look({ sandbox }) {
      if (sandbox.kind !== 'none') return null;
      const isWanted = sandbox.wanted === 'none';
      return {
        severity: isWanted ? 'high' : 'medium',
        what: `The operating system does not confine workers (${sandbox.detail}): who breaks out of V8 has the network and the files of the server's user.`,
        advice: isWanted
          ? 'Set engine.confinement to auto, or to bwrap, which insists.'
          : 'Install bubblewrap and allow unprivileged user namespaces; engine.confinement: bwrap insists on it.',
      };
    },
  },
  {
    id: 'realms-shared',
    setting: 'engine.isolation',
    look({ sandbox }) {
      if (sandbox.isolation !== 'warm') return null;
      return {
        severity: 'medium',
        what: 'Executions of one task share their globals (engine.isolation is warm): one sees what another left behind.',
        advice: 'Set engine.isolation to fresh, and let the few tasks that need it ask for more themselves.',
      };
    },
  },
  {
    id: 'schemas-unchecked',
    setting: 'execution.validate_schemas',
    look({ sandbox }) {
      if (sandbox.checksSchemas) return null;
      return {
        severity: 'medium',
        what: 'Inputs and outputs of tasks are not checked against their schemas.',
        advice: 'Set execution.validate_schemas to true.',
      };
    },
  },
];
