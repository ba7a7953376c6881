import { operation } from '#kernel/index.ts';
import { z } from 'zod';
import type { AuditFacts } from './audit-facts.ts';
import { auditSecurity, everyCheck } from './audit-security.ts';
import { SecurityFinding, severities } from './finding.ts';

export interface SecurityServices {
  /** Finds out how the server is now. */
  readonly securityFacts: () => Promise<AuditFacts>;
}

export const SecurityAuditAnswer = z.object({
  worst: z.enum(severities).nullable().describe('The gravest of all findings, those left out included; null: nothing was found.'),
  findings: z.array(SecurityFinding).describe('The gravest first.'),
  checks: z.number().int().describe('How many things were looked at.'),
});
export type SecurityAuditAnswer = z.infer<typeof SecurityAuditAnswer>;

export const auditOperation = operation({
  name: 'security.audit',
  summary: 'Say what weakens the security of the server',
  details:
    'Looks at the server as it runs: who reaches it and how they are known, what confines tasks and what these may reach, what browsers and MCP clients may do, ' +
    'who can read its files, and what is kept. Each finding has a severity, the value, and what to do. Changes nothing and shows no secret.',
  input: z.object({
    leastSeverity: z.enum(severities).default('info').describe('Findings that weigh less are left out'),
  }),
  output: SecurityAuditAnswer,
  errors: [],
  effect: 'read',
  permission: 'security:read',
  on: {
    rest: 'GET /system/security',
    graphql: 'securityAudit',
    cli: {
      command: 'security audit',
      examples: [{ line: 'ratchet security audit', about: 'Ends with 1 where something is high or critical' }],
    },
  },
  async run({ securityFacts }: SecurityServices, { leastSeverity }) {
    const found = auditSecurity(await securityFacts());
    const least = severities.indexOf(leastSeverity);
    return {
      worst: found[0]?.severity ?? null,
      findings: found.filter(({ severity }) => severities.indexOf(severity) >= least),
      checks: everyCheck.length,
    };
  },
});

export const securityOperations = [auditOperation] as const;
