function main(input, context) {
  const base = input.base_url || 'https://httpbin.org';
  const endpoint = input.endpoint || '/json';
  const url = base.replace(/\/$/, '') + endpoint;
  const headers = { 'User-Agent': 'Ratchet-Test-Fetch/1.0' };
  if (input.include_headers) {
    headers['X-Test-Header'] = 'Ratchet-Sample-Task';
    headers['Accept'] = 'application/json';
  }
  const execution = context ? context.executionId || 'unknown' : 'no-context';

  try {
    const response = fetch(url, { method: 'GET', headers });
    if (!response.ok) {
      throw new NetworkError(`HTTP ${response.status}: ${response.statusText}`);
    }
    return {
      success: true,
      status: response.status,
      url,
      data: response.body,
      headers_sent: headers,
      fetch_metadata: { method: 'GET', endpoint, execution_id: execution },
    };
  } catch (error) {
    return {
      success: false,
      status: 0,
      url,
      data: null,
      request_info: { endpoint, error: error.message, error_type: error.name, execution_id: execution },
    };
  }
}
