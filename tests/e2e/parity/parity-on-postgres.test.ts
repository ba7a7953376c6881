import { describe } from 'vitest';
import { hasPostgres, temporaryPostgres } from '#testing/temporary-database.ts';
import { proveParity } from './prove-parity.ts';

describe.skipIf(!(await hasPostgres()))('One scenario through every surface, on PostgreSQL', () => {
  proveParity(temporaryPostgres);
});
