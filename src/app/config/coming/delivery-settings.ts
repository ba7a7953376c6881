import { settingRule } from '#kernel/index.ts';
import { z } from 'zod';
import { comingSetting } from './coming-setting.ts';

const output = comingSetting('this version does not deliver results to other places');
const natural = z.number().int().positive();

output({
  key: 'output.max_concurrent_deliveries',
  type: natural,
  default: 10,
  env: ['RATCHET_OUTPUT_MAX_CONCURRENT'],
  describe: 'Deliveries under way at a time.',
});
output({
  key: 'output.default_timeout',
  type: z.number().positive(),
  default: 30,
  unit: 'seconds',
  describe: 'Longest time in seconds of one delivery.',
});
output({
  key: 'output.validate_on_startup',
  type: z.boolean(),
  default: true,
  env: ['RATCHET_OUTPUT_VALIDATE_STARTUP'],
  describe: 'Whether destinations are tried when the server starts.',
});
output({ key: 'output.default_retry_policy.max_attempts', type: natural, default: 3, describe: 'Attempts at one delivery.' });
const initialDelay = output({
  key: 'output.default_retry_policy.initial_delay_ms',
  type: z.number().int().nonnegative(),
  default: 1_000,
  describe: 'Milliseconds before a delivery is tried again.',
});
const maxDelay = output({
  key: 'output.default_retry_policy.max_delay_ms',
  type: z.number().int().nonnegative(),
  default: 30_000,
  describe: 'Longest pause in milliseconds between two attempts.',
});
output({
  key: 'output.default_retry_policy.backoff_multiplier',
  type: z.number().min(1),
  default: 2,
  describe: 'How much longer each pause is than the one before.',
});
settingRule({
  settings: [initialDelay, maxDelay],
  problem: (settings) =>
    settings.get(initialDelay) > settings.get(maxDelay)
      ? `output.default_retry_policy.initial_delay_ms (${settings.get(initialDelay)}) is more than output.default_retry_policy.max_delay_ms (${settings.get(maxDelay)})`
      : null,
});
output({
  key: 'output.global_destinations',
  type: z.array(
    z.strictObject({
      name: z.string().min(1),
      description: z.string().optional(),
      destination: z.looseObject({ type: z.enum(['filesystem', 'webhook', 'database', 's3', 'stdio', 'email', 'queue']) }),
    }),
  ),
  default: [],
  // Webhooks and databases have passwords and tokens in them.
  isSecret: true,
  describe: 'Where every result goes, besides what its job says: name, description and destination each.',
});
output({
  key: 'output.formatting.timestamp_format',
  type: z.string().min(1),
  default: '%Y-%m-%dT%H:%M:%S%.3fZ',
  describe: 'How times are written in what is delivered.',
});
output({
  key: 'output.formatting.include_metadata',
  type: z.boolean(),
  default: true,
  describe: 'Whether a delivery says which execution it is of.',
});
output({
  key: 'output.formatting.pretty_json',
  type: z.boolean(),
  default: false,
  describe: 'Whether JSON is indented when it is delivered.',
});
output({
  key: 'output.security.allow_localhost_webhooks',
  type: z.boolean(),
  default: false,
  describe: 'Whether webhooks may go to this machine.',
});
output({
  key: 'output.security.allow_private_network_webhooks',
  type: z.boolean(),
  default: false,
  describe: 'Whether webhooks may go to private addresses.',
});
output({
  key: 'output.security.allowed_webhook_domains',
  type: z.array(z.string().min(1)),
  default: [],
  describe: 'The only hosts webhooks may go to; none named means all public ones.',
});
