import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { backupFailed } from '../errors.ts';

/** Runs a program of PostgreSQL to its end. The password goes through the environment, where other users cannot read it. @throws BACKUP_FAILED */
export async function runProgram(program: string, args: readonly string[], url: string, what: string): Promise<void> {
  const address = new URL(url);
  const password = decodeURIComponent(address.password);
  address.password = '';
  const child = spawn(program, [...args, '--dbname', address.href], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...(password === '' ? {} : { PGPASSWORD: password }) },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000);
  });
  await new Promise<void>((resolve, reject) => {
    child.on('error', (error) => reject(backupFailed({ what, detail: `${program} could not be started (${error.message})` }, error)));
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(backupFailed({ what, detail: `${program} ended with ${code}: ${said.trim().replaceAll('\n', '; ')}` }));
    });
  });
}

/** Runs a program that needs no server, and hands over what it prints, line by line. @throws BACKUP_FAILED */
export async function readProgram(program: string, args: readonly string[], what: string, onLine: (line: string) => void): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000);
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', (error) => reject(backupFailed({ what, detail: `${program} could not be started (${error.message})` }, error)));
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(backupFailed({ what, detail: `${program} ended with ${code}: ${said.trim().replaceAll('\n', '; ')}` }));
    });
  });
  const lines = (async () => {
    for await (const line of createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY })) onLine(line);
  })();
  await Promise.all([ended, lines]);
}
