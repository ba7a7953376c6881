/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Code of a task that asks for effects in a random sequence: requests that are awaited, read, sent side by side, raced, given up or
 * forgotten; timers, the clock, randomness, log lines, progress and failures. What it gets goes into its output.
 * @param origin of a server that answers `/answer`, `/broken`, `/slow` and `/reset`
 */
export function randomTask(seed: number, origin: string): string {
  const next = numbersFrom(seed);
  const below = (most: number) => Math.floor(next() * most);
  const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)]!;
  let names = 0;
  let requests = 0;

  const url = () => {
    requests++;
    const path = pick(['answer', 'answer', 'answer', 'answer', 'answer', 'broken', 'reset']);
    return JSON.stringify(`${origin}/${path}?n=${requests}`);
  };
  const options = () =>
    pick([
      '',
      `, {method: 'POST', body: JSON.stringify({n: ${below(100)}, at: Date.now()})}`,
      `, {headers: {'x-n': '${below(100)}'}}`,
      `, {throwOnError: false}`,
    ]);

  const step = (depth: number): string => {
    const inner = () => block(1 + below(3), depth - 1);
    const leaves: (() => string)[] = [
      () => `see('clock', Date.now());`,
      () => `see('date', new Date().toISOString(), performance.now() >= 0);`,
      () => `see('random', Math.random(), crypto.randomUUID());`,
      () => `see('bytes', [...crypto.getRandomValues(new Uint8Array(${1 + below(20)}))]);`,
      () => `console.${pick(['log', 'info', 'warn', 'error', 'debug'])}('line ${below(1000)}', Math.random(), Date.now());`,
      () => `reportProgress({progress: Math.random(), message: 'step ${below(100)}'});`,
      () => `console.time('t'); console.timeEnd('t');`,
      () =>
        `try { const r = await fetch(${url()}${options()}); see('await', r.status, await r.text()); } catch (e) { see('failed', e.name, e.message); }`,
      () => `try { const r = fetch(${url()}${options()}); see('read', r.status, r.body); } catch (e) { see('failed', e.name, e.message); }`,
      () => `try { see('body', fetch(${url()}).body); } catch (e) { see('failed', e.name, e.message); }`,
      () => `await new Promise((done) => setTimeout(done, ${below(6)})); see('slept');`,
      () => `setTimeout(() => see('later', Date.now()), ${below(6)});`,
      () => `setImmediate(() => see('immediate')); queueMicrotask(() => see('microtask'));`,
      () =>
        `{ let i = 0; const t = setInterval(() => { see('tick', ++i); if (i === ${1 + below(4)}) clearInterval(t); }, ${1 + below(3)}); }`,
      () => `{ const t = setTimeout(() => see('never'), 1); clearTimeout(t); }`,
      () =>
        `{ const c = new AbortController(); const p = fetch('${origin}/slow?n=${(requests += 1)}', {signal: c.signal}).then((r) => see('slow', r.status), (e) => see('given up', e.name)); setTimeout(() => c.abort(), ${below(5)}); await p; }`,
      () => `try { await fetch('${origin}/slow?n=${(requests += 1)}', {timeout: ${2 + below(4)}}); } catch (e) { see('late', e.name); }`,
      () => `fetch(${url()}, {throwOnError: false}).then((r) => see('background', r.status), (e) => see('background failed', e.name));`,
    ];
    if (depth <= 0) return pick(leaves)();
    const branches: (() => string)[] = [
      () => `await Promise.all([${list(() => `(async () => { ${inner()} })()`)}]);`,
      () => `see('first', await Promise.race([${list(() => racer(depth))}]));`,
      () => `for (let i${++names} = 0; i${names} < ${1 + below(3)}; i${names}++) { ${inner()} }`,
      () => `if (Math.random() < 0.5) { ${inner()} } else { ${inner()} }`,
      () =>
        `try { ${inner()} if (Math.random() < 0.3) throw new ${pick(['Error', 'DataError', 'TypeError'])}('made up ${below(100)}'); } catch (e) { see('caught', e.name, e.message); }`,
      () =>
        `see('settled', (await Promise.allSettled([${list(() => `fetch(${url()}).then((r) => r.text())`)}])).map((s) => s.value ?? s.reason.name));`,
    ];
    return next() < 0.6 ? pick(leaves)() : pick(branches)();
  };
  const racer = (depth: number) =>
    pick([
      `new Promise((done) => setTimeout(done, ${below(6)}, 'timer ${below(100)}'))`,
      `fetch(${url()}, {throwOnError: false}).then((r) => r.status, (e) => e.name)`,
      `(async () => { ${block(1, depth - 1)} return 'block'; })()`,
    ]);
  const list = (make: () => string) => Array.from({ length: 2 + below(3) }, make).join(', ');
  const block = (count: number, depth: number): string => Array.from({ length: count }, () => step(depth)).join('\n');

  const end = pick([
    `return { seen, at: Date.now() };`,
    `return { seen, at: Date.now() };`,
    `return { seen, at: Date.now() };`,
    `throw new DataError('ends badly ' + seen.length);`,
    `await new Promise(() => {});`,
  ]);
  return `async function main(input) {
  const seen = [];
  const see = (...what) => { seen.push(what); };
  ${block(3 + below(6), 2)}
  ${end}
}`;
}
