import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository } from '../../testing/checkout.ts';
import { consoleSessionPage } from '../../testing/console-session-page.ts';
import { recordConsoleSession } from '../../testing/console-session.ts';
import { terminalProgram, withoutTerminal } from '../../testing/virtual-terminal.ts';
import { verifies } from '../../../tests/requirements/verifies.ts';

describe.skipIf(terminalProgram === null)(
  `the recorded session (${terminalProgram === null ? withoutTerminal : 'in a real terminal'})`,
  () => {
    it('is what the console shows today; otherwise: node scripts/record-console-session.ts', async () => {
      verifies('console.recorded-session');
      const page = consoleSessionPage(await recordConsoleSession());
      expect(page).toBe(readFileSync(join(repository, 'docs/reference/console-session.md'), 'utf8'));
    });
  },
);
