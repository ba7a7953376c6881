import { fieldsOf, type Fields } from './protocol-message.ts';
import type { Place, ScriptView } from './script-view.ts';

/** Where an execution stands, by the parameters of `Debugger.paused`: the location of the innermost frame. */
export function locationOf(paused: Fields): Fields {
  return fieldsOf(topFrameOf(paused)['location']);
}

export function scriptStoodIn(paused: Fields): unknown {
  return locationOf(paused)['scriptId'];
}

/**
 * Whether a step has come to code of the task's script that nobody wrote. No debugger is told of that stop, and the step goes on.
 * @param scriptId V8's id of the task's script
 */
export function isStepIntoAdded(paused: Fields, script: ScriptView, scriptId: unknown): boolean {
  if (paused['reason'] !== 'step' || scriptId === undefined || scriptStoodIn(paused) !== scriptId) return false;
  const place = placeIn(locationOf(paused));
  const wrapper = fieldsOf(topFrameOf(paused)['functionLocation'])['lineNumber'];
  return place !== null && script.isAdded(place, wrapper === script.wrapperLine);
}

export function placeIn({ lineNumber, columnNumber }: Fields): Place | null {
  return typeof lineNumber === 'number' && typeof columnNumber === 'number' ? { lineNumber, columnNumber } : null;
}

function topFrameOf(paused: Fields): Fields {
  return fieldsOf(Array.isArray(paused['callFrames']) ? (paused['callFrames'] as unknown[])[0] : undefined);
}
