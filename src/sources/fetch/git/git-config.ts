import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';

/**
 * The only configuration git reads. Nobody else's is honoured: a helper, a hook or a rewritten address in it would run or lead somewhere else.
 * It has to be a file: git takes what stands in variables away from the program that serves a repository of this machine.
 */
const text = `# Written by Ratchet at every start: changes are lost.
[core]
	hooksPath = ${JSON.stringify(devNull)}
	symlinks = false
	fsmonitor = false
	askPass =
	protectHFS = true
	protectNTFS = true
	logAllRefUpdates = false
	bigFileThreshold = 16m
[safe]
	directory = *
[credential]
	helper =
[fetch]
	recurseSubmodules = false
	unpackLimit = 1
	writeCommitGraph = false
[transfer]
	bundleURI = false
[submodule]
	recurse = false
[gc]
	auto = 0
[maintenance]
	auto = false
[http]
	lowSpeedLimit = 1
	lowSpeedTime = 60
[gpg]
	program = false
	minTrustLevel = fully
[gpg "x509"]
	program = false
[init]
	defaultBranch = main
[pack]
	threads = 1
`;

/** Writes the configuration below a folder, unless it stands there. @returns the file, and an empty folder to call home */
export function writeGitConfig(folder: string): { file: string; home: string } {
  const home = join(folder, 'home');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const file = join(folder, 'gitconfig');
  if (readOrNull(file) !== text) {
    const half = `${file}.${process.pid}`;
    writeFileSync(half, text, { mode: 0o600 });
    renameSync(half, file);
  }
  return { file, home };
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
