export type { AuditFacts, AuditedAddress, AuditedFile } from './audit-facts.ts';
export { severities, type SecurityFinding, type Severity } from './finding.ts';
