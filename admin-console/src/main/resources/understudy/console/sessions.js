// Who is connected, what they do and what ties them to a connection; and the connections that they share.

import { find, make, show, write } from './page.js';
import { get } from './api.js';
import { count, dayAndClock, seconds } from './format.js';
import { colourOf } from './colours.js';
import { Poll } from './poll.js';

const PERIOD = 2000;
const SHOWN_MAX = 200;
const LONG = 60;
const PINS = {
  setting: 'a setting that was not made by a plain SET',
  'temporary object': 'temporary tables or other temporary objects',
  'hold cursor': 'a cursor WITH HOLD',
  'advisory lock': 'an advisory lock of the session',
  listen: 'LISTEN',
  'prepared statement': 'a statement prepared by PREPARE',
  'sequence value': 'what currval() and lastval() answer',
  library: 'a library loaded into the server process',
  'extension state': 'state of an extension, such as dblink',
  'random seed': 'setseed()',
  'opaque code': 'code that nobody could look into: a volatile function, DO or CALL',
};

const poll = new Poll(ask, PERIOD, error => write(find('sessions-span'), `Sessions could not be read: ${error.message}`));
let latest = null;

export function prepareSessions() {
  find('sessions-filter').addEventListener('input', draw);
  find('sessions-state').addEventListener('change', draw);
}

export function showSessions(visible) {
  poll.show(visible);
}

async function ask() {
  latest = await get('/api/v1/sessions');
  draw();
}

function draw() {
  if (latest === null) {
    return;
  }
  const wanted = find('sessions-filter').value.trim().toLowerCase();
  const state = find('sessions-state').value;
  const all = latest.nodes.flatMap(n => n.sessions.map(s => ({ ...s, node: n.node })));
  const found = all
    .filter(s => state === '' || (state === 'pinned' ? s.pins.length > 0 : s.state === state))
    .filter(s => wanted === '' || JSON.stringify(s).toLowerCase().includes(wanted))
    .sort((a, b) => rank(a) - rank(b) || b.seconds - a.seconds);
  const total = latest.nodes.reduce((sum, n) => sum + n.total, 0);
  const pinned = latest.nodes.reduce((sum, n) => sum + n.pinned, 0);
  const active = all.filter(s => s.state === 'active').length;
  const silent = latest.silent.length === 0 ? '' : ` ${latest.silent.join(', ')} did not answer.`;
  write(find('sessions-span'), `${count(total)} sessions, ${count(active)} active, ${count(pinned)} pinned; ${count(Math.min(found.length, SHOWN_MAX))} shown.${silent}`);
  find('sessions').replaceChildren(...(found.length === 0
    ? [make('tr', {}, make('td.empty', { colspan: 6 }, total === 0 ? 'Nobody is connected.' : 'None is like that.'))]
    : found.slice(0, SHOWN_MAX).map(row)));
  drawPools();
}

function rank(session) {
  return ['active', 'failed transaction', 'idle in transaction', 'idle'].indexOf(session.state);
}

function row(s) {
  const long = s.state !== 'idle' && s.seconds > LONG;
  const who = s.relayedFrom === '' ? s.address : `proxy of ${s.relayedFrom}`;
  return make('tr', { 'data-session': `${s.node}-${s.id}` },
    make('th', { scope: 'row' }, make(`span.mark.series-${colourOf(s.node)}`, { 'aria-hidden': 'true' }), s.node),
    make('td', { 'data-label': 'Client' }, make('span', {}, s.user, s.application === '' ? '' : ` · ${s.application}`),
      make('span.address', { title: `connected ${dayAndClock(s.since)}, process ${s.id}` }, who, s.encrypted ? ' · encrypted' : ''),
      s.trace ? make('span.address', { title: s.trace }, `trace ${s.trace.slice(0, 8)}…`) : ''),
    make('td', { 'data-label': 'State' }, make(`span.doing${s.state === 'active' ? '.good' : s.state === 'idle' ? '' : '.warn'}`, {}, s.state),
      make(long ? 'span.address.behind' : 'span.address', {}, `for ${seconds(s.seconds)}`)),
    make('td', { 'data-label': 'Ran on' }, s.ranOn === '' ? '–' : s.ranOn, make('span.address', {}, s.reason)),
    make('td', { 'data-label': 'Pinned by' }, ...(s.pins.length === 0 ? ['–'] : s.pins.map(p => make('span.pin', { title: PINS[p] ?? p }, p))),
      s.holds === '' ? '' : make('span.address', {}, `holds ${s.holds}`)),
    make('td.sql', { 'data-label': 'Last statement', title: s.statement }, s.statement === '' ? '–' : s.statement));
}

function drawPools() {
  const pools = latest.nodes.flatMap(n => n.pools.map(p => ({ ...p, at: n.node })));
  show(find('pools-card'), pools.length > 0);
  find('pools').replaceChildren(...pools.map(p => {
    const used = make('span');
    used.style.width = `${100 * p.inUse / Math.max(1, p.max)}%`;
    return make('tr', { 'data-pool': `${p.at}-${p.server}` },
      make('th', { scope: 'row' }, p.at),
      make('td', { 'data-label': 'To PostgreSQL of' }, p.server),
      make('td', { 'data-label': 'User' }, p.user),
      make('td', { 'data-label': 'In use' }, make('div.bar-cell', {}, make('div.meter', { 'aria-hidden': 'true' }, used), make('span.value', {}, `${count(p.inUse)} of ${count(p.max)}`))),
      make('td.number', { 'data-label': 'Idle' }, count(p.idle)),
      make(p.waiting > 0 ? 'td.number.behind' : 'td.number', { 'data-label': 'Waiting' }, count(p.waiting)));
  }));
}
