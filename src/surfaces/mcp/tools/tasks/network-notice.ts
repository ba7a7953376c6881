import { z } from 'zod';

/** What every answer about a stored version says of its reach. */
export const networkFields = {
  network_growth: z.array(z.string()).describe('Hosts it may reach and the version before could not; *:* is every public host'),
  needs_approval: z.boolean().describe('True: a person has to approve of network_growth before anything runs it'),
};

/** The answer of an operation that stored a version, as tools show it. */
export function shownNetwork(change: { readonly networkGrowth: readonly string[]; readonly needsApproval: boolean }) {
  return { network_growth: [...change.networkGrowth], needs_approval: change.needsApproval };
}
