// When the node that served this page is gone: finds another one and goes there, signed in.

import { currentSession } from './api.js';

const PROBE_MAX = 1500;

async function answers(origin) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PROBE_MAX);
  try {
    const answer = await fetch(`${origin}/health/ready`, { signal: stop.signal, credentials: 'omit', cache: 'no-store' });
    return answer.ok ? 2 : 1;
  } catch {
    return 0;
  } finally {
    clearTimeout(timer);
  }
}

/** Where a node's page may be: at the address it tells, or, if that is only known inside, on this host. */
function originsOf(node) {
  const port = node.adminPort;
  if (!port) {
    return [];
  }
  const here = `${location.protocol}//${location.hostname}:${port}`;
  const told = ['', '0.0.0.0', '::'].includes(node.host) ? here : `${location.protocol}//${node.host}:${port}`;
  return told === here ? [here] : [told, here];
}

/** Whether this page's own node answers (again). */
export async function isBack() {
  return await answers(location.origin) > 0;
}

/** The best other node that answers: its name and origin; null if none does. */
export async function another(status) {
  const candidates = status.nodes
    .filter(node => node.name !== status.self)
    .flatMap(node => originsOf(node).map(origin => ({ name: node.name, origin })))
    .filter(candidate => candidate.origin !== location.origin);
  const found = await Promise.all(candidates.map(async c => ({ ...c, quality: await answers(c.origin) })));
  return found.filter(c => c.quality > 0).sort((a, b) => b.quality - a.quality)[0] ?? null;
}

/** Cookies belong to a host: on another one the session is taken over by its ticket, which is good for minutes and never leaves the browser's address line. */
export function goTo(target, from) {
  const url = new URL(target.origin);
  const words = new URLSearchParams({ from });
  if (url.hostname !== location.hostname && currentSession()?.ticket) {
    words.set('ticket', currentSession().ticket);
  }
  location.assign(`${target.origin}/#/?${words}`);
}

/** How this page was reached from another node's, if it was; forgets it. */
export function arrival() {
  const [path, query] = location.hash.slice(1).split('?');
  const words = new URLSearchParams(query ?? '');
  if (query !== undefined) {
    history.replaceState(null, '', `#${path}`);
  }
  return { from: words.get('from'), ticket: words.get('ticket') };
}
