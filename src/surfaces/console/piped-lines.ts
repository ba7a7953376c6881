import { scriptLines, type ScriptLine } from './script.ts';

/** Lines of standard input, read to its end, so that a line that fails ends the rest. */
export async function readPipedLines(signal: AbortSignal): Promise<ScriptLine[]> {
  const chunks: Buffer[] = [];
  const leave = () => process.stdin.destroy();
  signal.addEventListener('abort', leave, { once: true });
  try {
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  } catch (caught) {
    if (!signal.aborted) throw caught;
  } finally {
    signal.removeEventListener('abort', leave);
  }
  return scriptLines(Buffer.concat(chunks).toString('utf8'));
}
