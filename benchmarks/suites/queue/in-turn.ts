import type { JobSubject } from '../../subjects/job-server.ts';

/** Measures each subject once per round, in turn, so that a disturbance hits all alike. Each is started anew, and alone. */
export async function inTurn<Figures>(
  subjects: readonly JobSubject[],
  rounds: number,
  say: (line: string) => void,
  measure: (subject: JobSubject) => Promise<Figures>,
): Promise<ReadonlyMap<JobSubject, readonly Figures[]>> {
  const measured = new Map<JobSubject, Figures[]>(subjects.map((subject) => [subject, []]));
  for (let round = 1; round <= rounds; round++) {
    say(`  round ${round} of ${rounds}`);
    for (const subject of subjects) {
      try {
        measured.get(subject)!.push(await measure(subject));
      } catch (caught) {
        throw new Error(`${subject.name} on ${subject.storage}: ${caught instanceof Error ? caught.message : String(caught)}`, {
          cause: caught,
        });
      }
    }
  }
  return measured;
}
