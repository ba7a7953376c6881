import compare from 'semver/functions/compare.js';
import inc from 'semver/functions/inc.js';

/** Sorted by semantic versioning, lowest first: 1.9.0 before 1.10.0. */
export function inOrder(versions: Iterable<string>): string[] {
  return [...versions].toSorted(compare);
}

/** Whether a version comes after all others, or is one of them and the last. */
export function isHighest(version: string, versions: Iterable<string>): boolean {
  return [...versions].every((other) => compare(version, other) >= 0);
}

/** The version after all that exist: the highest with its patch number raised. */
export function nextVersion(versions: Iterable<string>): string {
  return inc(inOrder(versions).at(-1)!, 'patch')!;
}
