import { describe } from 'vitest';
import { temporarySqlite } from '#testing/temporary-database.ts';
import { verifies } from '../../requirements/verifies.ts';
import { proveParity } from './prove-parity.ts';

describe('One scenario through every surface, on SQLite', () => {
  verifies('surfaces.parity');
  proveParity(temporarySqlite);
});
