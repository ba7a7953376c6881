async function main(input) {
  const seen = [];
  const see = (...what) => { seen.push(what); };
  console.time('t'); console.timeEnd('t');
try { await fetch('http://127.0.0.1:43425/slow?n=1', {timeout: 5}); } catch (e) { see('late', e.name); }
try { const r = await fetch("http://127.0.0.1:43425/broken?n=2", {headers: {'x-n': '34'}}); see('await', r.status, await r.text()); } catch (e) { see('failed', e.name, e.message); }
see('date', new Date().toISOString(), performance.now() >= 0);
see('first', await Promise.race([new Promise((done) => setTimeout(done, 4, 'timer 5')), fetch("http://127.0.0.1:43425/reset?n=5", {throwOnError: false}).then((r) => r.status, (e) => e.name), (async () => { { const c = new AbortController(); const p = fetch('http://127.0.0.1:43425/slow?n=7', {signal: c.signal}).then((r) => see('slow', r.status), (e) => see('given up', e.name)); setTimeout(() => c.abort(), 4); await p; } return 'block'; })()]));
  return { seen, at: Date.now() };
}
