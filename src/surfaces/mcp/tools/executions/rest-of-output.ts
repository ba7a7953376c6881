import { longestAnswer } from '../bounded-answer.ts';

/** Characters of an input or output that one reading of its resource brings. */
export const partOfOutput = longestAnswer / 2;

/** How to get an output that was cut off. */
export function restOfOutput(executionId: string): string {
  return `The output as JSON text, ${partOfOutput} characters at a time: resource ratchet://executions/${executionId}/output/0, then /output/${partOfOutput} and so on.`;
}
