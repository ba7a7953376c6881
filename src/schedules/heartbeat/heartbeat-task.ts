import { systemTaskUuids } from '#tasks/catalogue/index.ts';

export const heartbeatVersion = '1.0.0';
export const heartbeatTaskUuid = systemTaskUuids.heartbeat;
/** Of its schedule; any that is no other's. */
export const heartbeatScheduleUuid = '00000000-0000-0000-0000-000000000002';
export const heartbeatScheduleName = 'system_heartbeat';

const code = `(function ({ version, uptime_seconds, active_jobs, problems = [] }) {
  const isWell = problems.length === 0;
  return {
    status: isWell ? 'ok' : 'warning',
    timestamp: new Date().toISOString(),
    message: isWell ? 'The server is running.' : problems.join(' '),
    system_info: { version, uptime_seconds, active_jobs },
  };
});
`;

const facts = {
  version: { type: 'string', description: 'Version of the server' },
  uptime_seconds: { type: 'number', minimum: 0, description: 'Since the server was started' },
  active_jobs: { type: 'integer', minimum: 0, description: 'Jobs the server runs now' },
};
const draft = 'http://json-schema.org/draft-07/schema#';

/** The task as it would stand in a folder. It runs in the sandbox like any other, so the server hands its facts in. */
export const heartbeatFiles: Readonly<Record<string, string>> = {
  'metadata.json': text({
    uuid: heartbeatTaskUuid,
    version: heartbeatVersion,
    name: 'heartbeat',
    label: 'Heartbeat',
    description: 'Says now and then that the server runs, with its version, its uptime and how many jobs it runs.',
    category: 'system',
    tags: ['system'],
    network: [],
  }),
  'main.js': code,
  'input.schema.json': text({
    $schema: draft,
    type: 'object',
    properties: { ...facts, problems: { type: 'array', items: { type: 'string' }, description: 'What is wrong, in sentences' } },
    required: Object.keys(facts),
  }),
  'output.schema.json': text({
    $schema: draft,
    type: 'object',
    properties: {
      status: { enum: ['ok', 'warning', 'error'] },
      timestamp: { type: 'string', format: 'date-time' },
      message: { type: 'string' },
      system_info: { type: 'object', properties: facts, required: Object.keys(facts) },
    },
    required: ['status', 'timestamp', 'message', 'system_info'],
  }),
};

function text(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
