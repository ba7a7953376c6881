import type { SecurityCheck } from '../security-check.ts';

/** What the server runs on. */
export const machineChecks: readonly SecurityCheck[] = [
  {
    id: 'node-outdated',
    setting: null,
    look({ node }) {
      if (node.isSupported) return null;
      return {
        severity: 'medium',
        what: `Node ${node.version} is outside of what Ratchet is tested with: its V8 may lack corrections that the sandbox relies on.`,
        advice: 'Run it on Node ^24.19 or ^26.6, and keep that up to date.',
      };
    },
  },
];
