async function main(input) {
  const seen = [];
  const see = (...what) => { seen.push(what); };
  try { await fetch('http://127.0.0.1:43425/slow?n=1', {timeout: 2}); } catch (e) { see('late', e.name); }
setImmediate(() => see('immediate')); queueMicrotask(() => see('microtask'));
if (Math.random() < 0.5) { try { await fetch('http://127.0.0.1:43425/slow?n=2', {timeout: 3}); } catch (e) { see('late', e.name); }
{ let i = 0; const t = setInterval(() => { see('tick', ++i); if (i === 3) clearInterval(t); }, 2); }
see('settled', (await Promise.allSettled([fetch("http://127.0.0.1:43425/answer?n=3").then((r) => r.text()), fetch("http://127.0.0.1:43425/reset?n=4").then((r) => r.text())])).map((s) => s.value ?? s.reason.name)); } else { console.log('line 399', Math.random(), Date.now());
console.info('line 324', Math.random(), Date.now()); }
  return { seen, at: Date.now() };
}
