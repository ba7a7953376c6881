async function main(input) {
  const seen = [];
  const see = (...what) => { seen.push(what); };
  console.time('t'); console.timeEnd('t');
{ let i = 0; const t = setInterval(() => { see('tick', ++i); if (i === 2) clearInterval(t); }, 3); }
reportProgress({progress: Math.random(), message: 'step 98'});
see('clock', Date.now());
see('clock', Date.now());
try { await fetch('http://127.0.0.1:43425/slow?n=1', {timeout: 3}); } catch (e) { see('late', e.name); }
see('bytes', [...crypto.getRandomValues(new Uint8Array(5))]);
  throw new DataError('ends badly ' + seen.length);
}
