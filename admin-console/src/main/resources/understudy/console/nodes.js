// The table of nodes, and what they add up to.

import { find, make, write } from './page.js';
import { count, rate, seconds } from './format.js';
import { COLOURS } from './colours.js';

const READY = ['master', 'replica'];
const GOOD = [...READY, 'delayed', 'reserved', 'witness'];
const WAITING = ['starting', 'opening'];
const STATES = {
  postgres_down: 'PostgreSQL down',
  isolated: 'no majority',
  quarantined: 'quarantined',
  unreachable: 'unreachable',
};

const rows = new Map();

function row(name, index) {
  const cells = {};
  const cell = (key, label, classes = '') => {
    cells[key] = make(`td${classes}`, label === null ? {} : { 'data-label': label });
    return cells[key];
  };
  cells.address = make('span.address');
  cells.badge = make('span.badge');
  cells.state = make('span.state');
  cells.ailment = make('span.address.ailment');
  const tr = make('tr', { 'data-node': name },
    make('th', { scope: 'row' }, make(`span.mark.series-${index % COLOURS}`, { 'aria-hidden': 'true' }), name, cells.address),
    make('td.role', {}, cells.badge),
    make('td.state-cell', {}, cells.state, cells.ailment),
    cell('applied', 'Applied', '.number'),
    cell('lagEntries', 'Lag, entries', '.number'),
    cell('lagSeconds', 'Lag, seconds', '.number'),
    cell('readRate', 'Reads/s', '.number'),
    cell('writeRate', 'Writes/s', '.number'),
    cell('reads', 'Reads', '.number.total'),
    cell('writes', 'Writes', '.number.total'),
    cell('clients', 'Clients', '.number'));
  return { tr, cells };
}

export function showNodes(status, samples) {
  const names = status.nodes.map(n => n.name).sort();
  const body = find('nodes');
  if (names.join('\n') !== [...rows.keys()].join('\n') || !body.contains(rows.get(names[0])?.tr)) {
    rows.clear();
    names.forEach((name, i) => rows.set(name, row(name, i)));
    body.replaceChildren(...[...rows.values()].map(r => r.tr));
  }
  for (const node of status.nodes) {
    fill(rows.get(node.name), node, samples, node.name === status.self);
  }
}

function fill({ tr, cells }, node, samples, isSelf) {
  tr.classList.toggle('master', node.role === 'master');
  cells.badge.className = `badge ${node.role === 'master' ? 'master' : ''}`;
  write(cells.badge, node.role);
  cells.state.className = `state ${GOOD.includes(node.state) ? 'good' : WAITING.includes(node.state) ? '' : 'bad'}`;
  write(cells.state, READY.includes(node.state) ? 'ready' : STATES[node.state] ?? node.state);
  write(cells.address, (node.host ? `${node.host}:${node.clientPort}` : 'never heard of') + (isSelf ? ' · shows this page' : ''));
  // what is wrong with it, short; the whole reason where the pointer rests
  write(cells.ailment, node.repair ? `resync: ${node.repair}` : shortened(node.quarantine ?? ''));
  cells.ailment.title = node.quarantine ?? '';
  write(cells.applied, count(node.appliedIndex));
  write(cells.lagEntries, count(node.lagEntries));
  write(cells.lagSeconds, node.lagSeconds.toFixed(2));
  cells.lagEntries.classList.toggle('behind', node.lagSeconds > 1);
  cells.lagSeconds.classList.toggle('behind', node.lagSeconds > 1);
  write(cells.readRate, rate(samples.recent(node.name, 'reads')));
  write(cells.writeRate, rate(samples.recent(node.name, 'writes')));
  write(cells.reads, count(node.reads));
  write(cells.writes, count(node.writes));
  write(cells.clients, count(node.clients));
}

function shortened(text) {
  return text.length > 90 ? `${text.slice(0, 90)}…` : text;
}

/** One sentence about the whole. */
export function showHealth(status, elections) {
  const master = status.nodes.find(n => n.role === 'master');
  const bad = status.nodes.filter(n => !GOOD.includes(n.state));
  const behind = status.nodes.filter(n => GOOD.includes(n.state) && n.lagSeconds > 2);
  const lamp = find('health');
  const last = elections[0];
  if (master === undefined) {
    lamp.className = 'lamp bad';
    write(find('headline'), 'No master: writes are down');
    write(find('subline'), bad.map(n => `${n.name} is ${STATES[n.state] ?? n.state}`).join(', ') || 'An election is under way.');
    return;
  }
  const since = last !== undefined && last.master === master.name && last.openedAt
    ? ` since ${new Date(last.openedAt).toLocaleString('en-GB')}` : '';
  write(find('subline'), `${master.name} is master${since}`);
  if (bad.length > 0) {
    lamp.className = 'lamp warn';
    write(find('headline'), bad.map(n => `${n.name} is ${STATES[n.state] ?? n.state}`).join(', '));
  } else if (behind.length > 0) {
    lamp.className = 'lamp warn';
    write(find('headline'), behind.map(n => `${n.name} lags by ${seconds(n.lagSeconds)}`).join(', '));
  } else {
    lamp.className = 'lamp good';
    write(find('headline'), status.nodes.length === 1 ? 'The node is well' : `All ${status.nodes.length} nodes are well`);
  }
}
