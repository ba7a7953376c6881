#!/usr/bin/env node
// Starts Ratchet from any Node >= 18: in this process when it is new enough, otherwise on the Node that was installed beside the program.
// Kept free of dependencies and small, because every command pays for it.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** `^24.19 || ^26.6`: what isolated-vm has binaries for and what node:sqlite is complete in. The same range stands in package.json. */
function isSupported(version) {
  const [major, minor] = version.split('.').map(Number);
  return (major === 24 && minor >= 19) || (major === 26 && minor >= 6);
}

/** A checkout has sources and runs them; an installed package has the built program only. */
function programFile() {
  const source = `${root}src/app/main.ts`;
  return existsSync(source) ? source : `${root}dist/app/main.js`;
}

/** The `node` package downloads a binary when it is installed; npm puts it beside us or, when we are a dependency ourselves, next to us. */
function pinnedNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  return [`${root}node_modules/node/bin/${name}`, `${root}../node/bin/${name}`].find((file) => existsSync(file));
}

/** Where this person's programs keep what can be made again; the same as `platformFolder('cache')`. */
function cacheFolder() {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  if (process.platform === 'win32') return join(LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'ratchet', 'cache');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'ratchet');
  return join(XDG_CACHE_HOME?.startsWith('/') ? XDG_CACHE_HOME : join(homedir(), '.cache'), 'ratchet');
}

async function runOn(node) {
  const { spawn } = await import('node:child_process');
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, RATCHET_LAUNCHER_PID: String(process.pid) },
  });
  const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'];
  const forward = (signal) => child.kill(signal);
  for (const signal of forwarded) process.on(signal, forward);
  child.once('error', (error) => {
    process.stderr.write(`Error: ${node} cannot be started: ${error.message}\nHint: Run \`npm ci\` in ${root} to install it again.\n`);
    process.exitCode = 8;
  });
  child.once('exit', (code, signal) => {
    for (const name of forwarded) process.off(name, forward);
    // Die of the same signal, so that a shell sees what really happened.
    if (signal) process.kill(process.pid, signal);
    else process.exitCode = code ?? 70;
  });
}

if (isSupported(process.versions.node)) {
  // Before the first source is loaded: a single one that is not in the cache costs 25 ms, for Node then loads what strips types.
  // The cache lies in the person's own folder and not in the shared temporary one, where another user could plant code.
  module.enableCompileCache(join(cacheFolder(), 'compiled'));
  // It is written when a process ends by itself, and a server may be killed.
  setTimeout(() => module.flushCompileCache(), 5_000).unref();
  const { main } = await import(programFile());
  await main(process.argv.slice(2));
} else {
  const node = pinnedNode();
  if (node) {
    await runOn(node);
  } else {
    process.stderr.write(
      `Error: Ratchet needs Node ^24.19 or ^26.6; this is Node ${process.versions.node}, and no other was found in ${root}node_modules/node.\n` +
        (root.includes('node_modules')
          ? 'Hint: Install Node 24 or 26, and run ratchet with that.\n'
          : `Hint: Run \`npm ci\` in ${root}: it installs the right Node beside Ratchet and leaves yours alone. ` +
            'If it did and this message stays, npm was told not to run install scripts: allow the one of the package "node".\n'),
    );
    process.exitCode = 8;
  }
}
