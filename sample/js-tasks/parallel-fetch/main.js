/** Every fetch starts its request at once; only looking at a response waits for it. */
export default async function main(input) {
  const startedAt = Date.now();
  const answers = input.style === 'direct' ? direct(input.urls) : await awaited(input.urls);
  return { answers, elapsed_ms: Date.now() - startedAt };
}

/** All requests are under way before the first response is read. */
function direct(urls) {
  const responses = urls.map((url) => fetch(url));
  return responses.map((response, index) => ({ url: urls[index], status: response.status, body: response.body }));
}

/** The same with promises. */
async function awaited(urls) {
  return Promise.all(
    urls.map(async (url) => {
      const response = await fetch(url);
      return { url, status: response.status, body: response.ok ? await response.json() : null };
    }),
  );
}
