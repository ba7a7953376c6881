import compare from 'semver/functions/compare-build.js';
import inc from 'semver/functions/inc.js';
import prerelease from 'semver/functions/prerelease.js';
import { inputRejected } from '#kernel/index.ts';
import valid from 'semver/functions/valid.js';

/** Sorted by semantic versioning, lowest first: 1.9.0 before 1.10.0. */
export function inOrder(versions: Iterable<string>): string[] {
  return [...versions].toSorted(compare);
}

/** The one that runs when nobody names one: the highest that is no pre-release, else the highest; undefined for none. */
export function latestOf(versions: Iterable<string>): string | undefined {
  const sorted = inOrder(versions);
  return sorted.findLast((version) => prerelease(version) === null) ?? sorted.at(-1);
}

/** The version after all that exist: the highest with its patch number raised. */
export function nextVersion(versions: Iterable<string>): string {
  return inc(inOrder(versions).at(-1)!, 'patch')!;
}

/** A task as a caller names it, with the version it is pinned to: `addition@1.2.0`. Without one, or where it is no version, null. */
export function splitPin(ref: string): { readonly ref: string; readonly version: string | null } {
  const at = ref.lastIndexOf('@');
  if (at < 1) return { ref, version: null };
  const version = ref.slice(at + 1);
  return valid(version) === version || valid(version.split('+')[0]) === version.split('+')[0]
    ? { ref: ref.slice(0, at), version }
    : { ref, version: null };
}

/** The version that is meant where one stands in the name of a task and one beside it. @throws REQUEST_INVALID when they differ */
export function oneVersion(pin: string | null, beside: string | null): string | null {
  if (pin !== null && beside !== null && pin !== beside) {
    const message = `is ${beside}, and the task is named with @${pin}: say one of the two`;
    throw inputRejected({ operation: 'the request', problems: [{ path: 'version', message }] });
  }
  return beside ?? pin;
}
