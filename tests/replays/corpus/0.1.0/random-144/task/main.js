async function main(input) {
  const seen = [];
  const see = (...what) => { seen.push(what); };
  see('random', Math.random(), crypto.randomUUID());
for (let i1 = 0; i1 < 1; i1++) { see('first', await Promise.race([fetch("http://127.0.0.1:43425/broken?n=1", {throwOnError: false}).then((r) => r.status, (e) => e.name), (async () => { { let i = 0; const t = setInterval(() => { see('tick', ++i); if (i === 3) clearInterval(t); }, 1); } return 'block'; })(), (async () => { try { const r = await fetch("http://127.0.0.1:43425/answer?n=4"); see('await', r.status, await r.text()); } catch (e) { see('failed', e.name, e.message); } return 'block'; })(), fetch("http://127.0.0.1:43425/answer?n=5", {throwOnError: false}).then((r) => r.status, (e) => e.name)])); }
for (let i2 = 0; i2 < 1; i2++) { try { await fetch('http://127.0.0.1:43425/slow?n=7', {timeout: 5}); } catch (e) { see('late', e.name); } }
try { for (let i3 = 0; i3 < 1; i3++) { { const t = setTimeout(() => see('never'), 1); clearTimeout(t); }
setImmediate(() => see('immediate')); queueMicrotask(() => see('microtask'));
see('bytes', [...crypto.getRandomValues(new Uint8Array(15))]); } if (Math.random() < 0.3) throw new TypeError('made up 40'); } catch (e) { see('caught', e.name, e.message); }
try { const r = fetch("http://127.0.0.1:43425/answer?n=8", {throwOnError: false}); see('read', r.status, r.body); } catch (e) { see('failed', e.name, e.message); }
fetch("http://127.0.0.1:43425/answer?n=9", {throwOnError: false}).then((r) => see('background', r.status), (e) => see('background failed', e.name));
  return { seen, at: Date.now() };
}
