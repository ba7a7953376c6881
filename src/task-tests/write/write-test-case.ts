import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testUnwritable } from '../errors.ts';
import { testCaseJson, type NewTestCase } from './test-case-json.ts';

/** More tests of one stem than a person will ever have. */
const mostNames = 10_000;

/**
 * Writes a case into the `tests` folder of a task, as `<stem>-001.json` or the next name that is free; what exists is never touched.
 * @param folder of the task
 * @param stem such as `fuzz` or `recorded`
 * @returns the file's path inside the task, `tests/fuzz-001.json`
 * @throws TEST_UNWRITABLE
 */
export function writeTestCase(folder: string, stem: string, test: NewTestCase): string {
  const text = testCaseJson(test);
  const refuse = (error: unknown) =>
    testUnwritable({ path: folder, reason: (error as NodeJS.ErrnoException).code ?? (error as Error).message }, error);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw testUnwritable({ path: folder, reason: 'it is not a folder' });
  try {
    mkdirSync(join(folder, 'tests'), { recursive: true });
  } catch (error) {
    throw refuse(error);
  }
  for (let number = 1; number < mostNames; number++) {
    const file = `tests/${stem}-${String(number).padStart(3, '0')}.json`;
    try {
      writeFileSync(join(folder, file), text, { flag: 'wx' });
      return file;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw refuse(error);
    }
  }
  throw testUnwritable({ path: folder, reason: `there are ${mostNames} tests called ${stem} already` });
}
