import type { Clock } from '#kernel/index.ts';

export const healthStatuses = ['healthy', 'degraded', 'unhealthy'] as const;
export type HealthStatus = (typeof healthStatuses)[number];

/** What one look at one thing found. */
export interface HealthFinding {
  readonly status: HealthStatus;
  readonly message?: string;
  /** Numbers for those who look closer; never secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface Health {
  readonly status: HealthStatus;
  readonly checks: Readonly<Record<string, HealthFinding>>;
}

/** A look takes at most this long; what does not answer in time is not healthy. */
const patienceMs = 2_000;
/** Probes come from several sides at once: they share what is so fresh. */
const freshMs = 500;

/** Looks at the parts of a server. The whole is as well as its worst part. */
export function createHealth(checks: Readonly<Record<string, () => Promise<HealthFinding>>>, clock: Clock): () => Promise<Health> {
  let latest: { readonly atMs: number; readonly health: Promise<Health> } | undefined;
  return () => {
    const atMs = clock.monotonic();
    if (latest === undefined || atMs - latest.atMs > freshMs) latest = { atMs, health: lookAt(checks) };
    return latest.health;
  };
}

async function lookAt(checks: Readonly<Record<string, () => Promise<HealthFinding>>>): Promise<Health> {
  const findings = await Promise.all(Object.entries(checks).map(async ([name, check]) => [name, await inTime(check)] as const));
  const worst = Math.max(0, ...findings.map(([, { status }]) => healthStatuses.indexOf(status)));
  return { status: healthStatuses[worst]!, checks: Object.fromEntries(findings) };
}

async function inTime(check: () => Promise<HealthFinding>): Promise<HealthFinding> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<HealthFinding>((resolve) => {
    timer = setTimeout(() => resolve({ status: 'unhealthy', message: `did not answer within ${patienceMs / 1000} seconds` }), patienceMs);
  });
  try {
    return await Promise.race([check(), late]);
  } catch (caught) {
    const code = (caught as { code?: unknown }).code;
    return { status: 'unhealthy', message: typeof code === 'string' ? code : 'failed' };
  } finally {
    clearTimeout(timer);
  }
}
