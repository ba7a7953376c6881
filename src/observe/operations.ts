import { operation } from '#kernel/index.ts';
import { z } from 'zod';
import { Finding, type Doctor } from './doctor.ts';

export const DoctorAnswer = z.object({
  state: z.enum(['ok', 'warning', 'failed']).describe('The worst of the findings.'),
  findings: z.array(Finding),
});
export type DoctorAnswer = z.infer<typeof DoctorAnswer>;

export const doctorOperation = operation({
  name: 'system.doctor',
  summary: 'Check that this machine has what Ratchet needs',
  details:
    'Looks at the Node version, the native module, the sandbox (by running a program in it), its confinement by the operating system, ' +
    'the temporary and the data folder, memory and cores, and the configuration. Changes nothing. Each finding is ok, a warning or failed, with what to do.',
  input: z.object({}),
  output: DoctorAnswer,
  errors: [],
  effect: 'read',
  permission: 'system:read',
  on: {
    cli: {
      command: 'doctor',
      examples: [
        { line: 'ratchet doctor', about: 'Prints one line per check' },
        { line: 'ratchet doctor --format json', about: 'The same for a program' },
      ],
    },
  },
  async run({ doctor }: { doctor: Doctor }) {
    const findings = await doctor.examine();
    const worst = (['failed', 'warning'] as const).find((state) => findings.some((finding) => finding.state === state));
    return { state: worst ?? ('ok' as const), findings };
  },
});
