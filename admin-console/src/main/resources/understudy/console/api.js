// Requests to the node that serves this page.

let session = null;

export class SignedOut extends Error {}

export function currentSession() {
  return session;
}

async function send(method, path, body) {
  const headers = { Accept: 'application/json' };
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  if (method !== 'GET' && session?.csrf) {
    headers['X-CSRF-Token'] = session.csrf;
  }
  const answer = await fetch(path, {
    method,
    headers,
    credentials: 'same-origin',
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  let json = {};
  try {
    json = text === '' ? {} : JSON.parse(text);
  } catch {
    json = { error: `the node answered with status ${answer.status}` };
  }
  if (!answer.ok) {
    const error = answer.status === 401 ? new SignedOut(json.error) : new Error(json.error);
    error.status = answer.status;
    throw error;
  }
  return json;
}

export function get(path) {
  return send('GET', path);
}

export function post(path, body) {
  return send('POST', path, body);
}

/** Renews the session; fails with SignedOut if there is none. */
export async function resume() {
  session = await get('/api/v1/session');
  return session;
}

export async function signIn(user, password) {
  session = await post('/api/v1/session', { user, password });
}

/** Goes on with a session that began at another node. */
export async function signInByTicket(ticket) {
  session = await post('/api/v1/session', { ticket });
}

export async function signOut() {
  await send('DELETE', '/api/v1/session');
  session = null;
}
