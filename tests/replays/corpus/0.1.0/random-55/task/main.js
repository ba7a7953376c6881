async function main(input) {
  const seen = [];
  const see = (...what) => { seen.push(what); };
  try { try { see('body', fetch("http://127.0.0.1:43425/answer?n=1").body); } catch (e) { see('failed', e.name, e.message); } if (Math.random() < 0.3) throw new DataError('made up 8'); } catch (e) { see('caught', e.name, e.message); }
console.time('t'); console.timeEnd('t');
see('clock', Date.now());
for (let i1 = 0; i1 < 1; i1++) { see('random', Math.random(), crypto.randomUUID()); }
{ const c = new AbortController(); const p = fetch('http://127.0.0.1:43425/slow?n=2', {signal: c.signal}).then((r) => see('slow', r.status), (e) => see('given up', e.name)); setTimeout(() => c.abort(), 0); await p; }
for (let i2 = 0; i2 < 3; i2++) { see('bytes', [...crypto.getRandomValues(new Uint8Array(1))]); }
if (Math.random() < 0.5) { console.time('t'); console.timeEnd('t');
try { setImmediate(() => see('immediate')); queueMicrotask(() => see('microtask')); if (Math.random() < 0.3) throw new DataError('made up 38'); } catch (e) { see('caught', e.name, e.message); } } else { setTimeout(() => see('later', Date.now()), 5);
reportProgress({progress: Math.random(), message: 'step 75'});
fetch("http://127.0.0.1:43425/broken?n=3", {throwOnError: false}).then((r) => see('background', r.status), (e) => see('background failed', e.name)); }
reportProgress({progress: Math.random(), message: 'step 40'});
  return { seen, at: Date.now() };
}
