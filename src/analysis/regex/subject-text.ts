import { longestSubject } from './probe-regex.ts';

const tail = 256;

/** The part of a text that patterns look at: all of it, or the beginning and the end of what is very long. */
export function subjectText(text: string): string {
  return text.length <= longestSubject ? text : `${text.slice(0, longestSubject - tail - 1)}\n${text.slice(-tail)}`;
}
