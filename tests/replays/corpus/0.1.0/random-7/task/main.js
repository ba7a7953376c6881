async function main(input) {
  const seen = [];
  const see = (...what) => { seen.push(what); };
  try { try { const r = fetch("http://127.0.0.1:43425/answer?n=1", {method: 'POST', body: JSON.stringify({n: 55, at: Date.now()})}); see('read', r.status, r.body); } catch (e) { see('failed', e.name, e.message); }
{ let i = 0; const t = setInterval(() => { see('tick', ++i); if (i === 3) clearInterval(t); }, 1); } if (Math.random() < 0.3) throw new DataError('made up 29'); } catch (e) { see('caught', e.name, e.message); }
reportProgress({progress: Math.random(), message: 'step 97'});
{ const c = new AbortController(); const p = fetch('http://127.0.0.1:43425/slow?n=2', {signal: c.signal}).then((r) => see('slow', r.status), (e) => see('given up', e.name)); setTimeout(() => c.abort(), 0); await p; }
  return { seen, at: Date.now() };
}
