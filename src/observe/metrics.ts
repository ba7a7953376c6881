/** Numbers that are looked up when somebody asks, by label value; `''` where there is no label. */
export type Reading = Readonly<Record<string, number>>;

export interface MetricReading {
  readonly name: string;
  readonly help: string;
  /** Name of the one label, if any. Never something that grows without bound, such as an id. */
  readonly label?: string;
  readonly read: () => Promise<Reading>;
}

export interface Metrics {
  /** A job began: how long it had waited since it was due. */
  started(waitMs: number): void;
  /** An execution ended. */
  ended(status: string, durationMs: number): void;
  /** A request was answered. `route` is a pattern, never a path. */
  answered(method: string, route: string, status: number, durationMs: number): void;
  /** In the Prometheus text format. */
  text(): Promise<{ readonly contentType: string; readonly text: string }>;
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Counts and measures for Prometheus: what happens is counted as it happens, what stands in the database is read when asked for. */
export async function createMetrics(readings: readonly MetricReading[]): Promise<Metrics> {
  // Only a server measures: commands that run once must not pay for it.
  const { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } = await import('prom-client');
  const registry = new Registry();
  // Its usual 10 ms would wake an idle server a hundred times a second.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 200 });
  const registers = [registry];
  const waited = new Histogram({
    name: 'ratchet_job_wait_seconds',
    help: 'From when a job was due until it began.',
    buckets: seconds,
    registers,
  });
  const lasted = new Histogram({
    name: 'ratchet_execution_duration_seconds',
    help: 'How long executions took, by how they ended.',
    labelNames: ['status'],
    buckets: seconds,
    registers,
  });
  const finished = new Counter({
    name: 'ratchet_executions_finished_total',
    help: 'Executions that ended on this server.',
    labelNames: ['status'],
    registers,
  });
  const requests = new Histogram({
    name: 'ratchet_http_request_duration_seconds',
    help: 'How long requests took, by method, route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: seconds,
    registers,
  });
  for (const { name, help, label, read } of readings) {
    const gauge = new Gauge({
      name,
      help,
      labelNames: label === undefined ? [] : [label],
      registers,
      async collect() {
        const values = await read();
        gauge.reset();
        for (const [value, number] of Object.entries(values)) {
          if (label === undefined) gauge.set(number);
          else gauge.set({ [label]: value }, number);
        }
      },
    });
  }
  return {
    started: (waitMs) => waited.observe(waitMs / 1000),
    ended(status, durationMs) {
      finished.inc({ status });
      lasted.observe({ status }, durationMs / 1000);
    },
    answered: (method, route, status, durationMs) => requests.observe({ method, route, status: String(status) }, durationMs / 1000),
    text: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
