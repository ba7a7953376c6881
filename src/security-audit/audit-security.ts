import type { AuditFacts } from './audit-facts.ts';
import { accessChecks } from './checks/access-checks.ts';
import { dataChecks } from './checks/data-checks.ts';
import { machineChecks } from './checks/machine-checks.ts';
import { mcpChecks } from './checks/mcp-checks.ts';
import { networkChecks } from './checks/network-checks.ts';
import { sandboxChecks } from './checks/sandbox-checks.ts';
import { webChecks } from './checks/web-checks.ts';
import { severities, type SecurityFinding } from './finding.ts';
import type { SecurityCheck } from './security-check.ts';

/** Every check there is. */
export const everyCheck: readonly SecurityCheck[] = [
  ...accessChecks,
  ...webChecks,
  ...mcpChecks,
  ...sandboxChecks,
  ...networkChecks,
  ...dataChecks,
  ...machineChecks,
];

/** What every check has to say of these facts, the gravest first. */
export function auditSecurity(facts: AuditFacts): SecurityFinding[] {
  const found = everyCheck.flatMap((check): SecurityFinding[] => {
    const answer = check.look(facts);
    return answer === null ? [] : [{ id: check.id, setting: check.setting, ...answer }];
  });
  return found.toSorted((a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity));
}
