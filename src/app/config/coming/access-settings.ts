import { z } from 'zod';
import { comingSetting } from './coming-setting.ts';

const access = comingSetting('this version has no authentication');
const rateLimit = comingSetting('this version limits no rate of requests');
const natural = z.number().int().positive();

access({
  key: 'server.auth.jwt_secret',
  type: z.string().min(32, 'must have 32 characters at least').nullable(),
  default: null,
  isSecret: true,
  env: ['JWT_SECRET'],
  describe: 'Secret that tokens are signed with, of 32 characters at least.',
});
access({
  key: 'server.auth.token_expiration',
  type: z.number().positive(),
  default: 3_600,
  unit: 'seconds',
  describe: 'Seconds for which a token holds.',
});
access({ key: 'server.auth.issuer', type: z.string().min(1), default: 'ratchet', describe: 'Who tokens say they are from.' });
access({ key: 'server.auth.audience', type: z.string().min(1), default: 'ratchet-api', describe: 'Whom tokens say they are for.' });

rateLimit({ key: 'server.rate_limit.enabled', type: z.boolean(), default: true, describe: 'Whether requests of one caller are counted.' });
rateLimit({
  key: 'server.rate_limit.requests_per_minute',
  type: natural,
  default: 60,
  describe: 'Requests of one caller in a minute.',
});
rateLimit({ key: 'server.rate_limit.burst_size', type: natural, default: 10, describe: 'Requests beyond that at one moment.' });
rateLimit({
  key: 'server.rate_limit.time_window',
  type: z.number().positive(),
  default: 60,
  unit: 'seconds',
  describe: 'Seconds over which requests are counted.',
});
