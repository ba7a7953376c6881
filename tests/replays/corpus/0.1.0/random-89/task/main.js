async function main(input) {
  const seen = [];
  const see = (...what) => { seen.push(what); };
  try { try { await fetch('http://127.0.0.1:43425/slow?n=1', {timeout: 5}); } catch (e) { see('late', e.name); } if (Math.random() < 0.3) throw new TypeError('made up 22'); } catch (e) { see('caught', e.name, e.message); }
for (let i1 = 0; i1 < 1; i1++) { console.log('line 943', Math.random(), Date.now());
try { await fetch('http://127.0.0.1:43425/slow?n=2', {timeout: 2}); } catch (e) { see('late', e.name); }
see('settled', (await Promise.allSettled([fetch("http://127.0.0.1:43425/reset?n=3").then((r) => r.text()), fetch("http://127.0.0.1:43425/answer?n=4").then((r) => r.text())])).map((s) => s.value ?? s.reason.name)); }
see('first', await Promise.race([(async () => { see('bytes', [...crypto.getRandomValues(new Uint8Array(10))]); return 'block'; })(), fetch("http://127.0.0.1:43425/answer?n=6", {throwOnError: false}).then((r) => r.status, (e) => e.name), fetch("http://127.0.0.1:43425/reset?n=7", {throwOnError: false}).then((r) => r.status, (e) => e.name), (async () => { await Promise.all([(async () => { { let i = 0; const t = setInterval(() => { see('tick', ++i); if (i === 1) clearInterval(t); }, 2); } })(), (async () => { fetch("http://127.0.0.1:43425/answer?n=9", {throwOnError: false}).then((r) => see('background', r.status), (e) => see('background failed', e.name));
setImmediate(() => see('immediate')); queueMicrotask(() => see('microtask')); })(), (async () => { setTimeout(() => see('later', Date.now()), 1); })(), (async () => { { const t = setTimeout(() => see('never'), 1); clearTimeout(t); }
{ const c = new AbortController(); const p = fetch('http://127.0.0.1:43425/slow?n=10', {signal: c.signal}).then((r) => see('slow', r.status), (e) => see('given up', e.name)); setTimeout(() => c.abort(), 1); await p; }
console.time('t'); console.timeEnd('t'); })()]); return 'block'; })()]));
fetch("http://127.0.0.1:43425/answer?n=11", {throwOnError: false}).then((r) => see('background', r.status), (e) => see('background failed', e.name));
  await new Promise(() => {});
}
