function main(input) {
  const base = input.base_url || 'https://api.restful-api.dev';
  const response = fetch(`${base.replace(/\/$/, '')}/objects/${input.id}`, { method: 'GET' });
  return response.body;
}

main;
