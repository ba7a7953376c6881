(function (input) {
  const { TENANT_ID, CLIENT_ID, CLIENT_SECRET } = input;
  const base = input.base_url || 'https://login.microsoftonline.com';
  const form = [
    ['client_id', CLIENT_ID],
    ['client_secret', CLIENT_SECRET],
    ['scope', 'https://graph.microsoft.com/.default'],
    ['grant_type', 'client_credentials'],
  ]
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');

  // The body as third argument, sent as it is because of its content type.
  const response = fetch(
    `${base.replace(/\/$/, '')}/${encodeURIComponent(TENANT_ID)}/oauth2/v2.0/token`,
    { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
    form,
  );
  if (!response.ok) {
    throw new AuthenticationError(`No token: HTTP ${response.status} ${response.statusText}`);
  }
  if (typeof response.body.access_token !== 'string') {
    throw new DataError('The answer holds no access_token');
  }
  return { token: response.body.access_token };
});
