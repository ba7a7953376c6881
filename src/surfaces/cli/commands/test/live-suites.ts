import type { SuiteReport, TestEvent } from '#task-tests/index.ts';
import type { Screen } from '../../command.ts';
import { createLive } from '../../live.ts';
import { suiteText } from './suite-text.ts';

export interface LiveSuites {
  show(event: TestEvent): void;
  /** Takes the moving line off the screen. */
  clear(): void;
}

/**
 * Shows suites as they end, in the order of their paths whatever ends first, and at a terminal a line that says how far it is.
 * @param isVerbose every test on a line of its own, not only those of a single task
 */
export function createLiveSuites(screen: Screen, isVerbose: boolean): LiveSuites {
  const live = createLive(screen, 'error');
  const ended = new Map<string, SuiteReport>();
  let waiting: string[] = [];
  let isSingle = true;
  return {
    clear: () => live.clear(),
    show(event) {
      if (event.kind === 'found') {
        waiting = [...event.paths];
        isSingle = waiting.length === 1;
        printEnded();
      } else if (event.kind === 'suite-ended') {
        ended.set(event.report.path, event.report);
        printEnded();
      } else if (event.kind === 'case-ended' && screen.isErrTerminal) {
        live.show({ type: 'progress', update: { progress: event.progress, message: event.message } });
      }
    },
  };

  function printEnded(): void {
    while (waiting.length > 0) {
      const suite = ended.get(waiting[0]!);
      if (suite === undefined) return;
      waiting.shift();
      live.clear();
      screen.out(suiteText(suite, { paint: screen.paintOut, isVerbose: isVerbose || isSingle }));
    }
  }
}
