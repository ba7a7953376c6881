// Presses the keys of a console session in a real terminal and writes what is seen to docs/reference/console-session.md. When a test says
// that the page is out of date:
//   node scripts/record-console-session.ts
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { consoleSessionPage } from '../src/testing/console-session-page.ts';
import { recordConsoleSession } from '../src/testing/console-session.ts';

const path = 'docs/reference/console-session.md';
writeFileSync(join(import.meta.dirname, '..', path), consoleSessionPage(await recordConsoleSession()));
process.stdout.write(`wrote ${path}\n`);
