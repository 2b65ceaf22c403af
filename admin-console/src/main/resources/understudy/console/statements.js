// Shapes of statements: how often they ran, for how long, and where. Values are never part of a shape.

import { find, make, write } from './page.js';
import { get } from './api.js';
import { count, micros, rate, share } from './format.js';
import { colourOf } from './colours.js';
import { Poll } from './poll.js';

const PERIOD = 2000;
const SHOWN_MAX = 100;
const ORDERS = {
  total: s => s.totalMicros,
  now: s => s.now ?? 0,
  calls: s => s.calls,
  mean: s => s.totalMicros / s.calls,
  max: s => s.maxMicros,
  errors: s => s.errors,
};

const poll = new Poll(ask, PERIOD, error => write(find('statements-span'), `Statements could not be read: ${error.message}`));
let latest = null;
let before = null;

export function prepareStatements() {
  find('statements-filter').addEventListener('input', draw);
  find('statements-order').addEventListener('change', draw);
}

export function showStatements(visible) {
  before = null;
  poll.show(visible);
}

async function ask() {
  const answer = await get('/api/v1/statements');
  const at = performance.now();
  const passed = before === null ? 0 : (at - before.at) / 1000;
  for (const s of answer.shapes) {
    const old = before?.calls.get(s.shape);
    s.now = old === undefined || passed <= 0 ? null : Math.max(0, s.calls - old) / passed;
  }
  before = { at, calls: new Map(answer.shapes.map(s => [s.shape, s.calls])) };
  latest = answer;
  draw();
}

function draw() {
  if (latest === null) {
    return;
  }
  const wanted = find('statements-filter').value.trim().toLowerCase();
  const order = ORDERS[find('statements-order').value];
  const all = latest.shapes.reduce((sum, s) => sum + s.totalMicros, 0);
  const found = latest.shapes
    .filter(s => wanted === '' || `${s.shape} ${s.kind} ${Object.keys(s.ranOn).join(' ')}`.toLowerCase().includes(wanted))
    .sort((a, b) => order(b) - order(a))
    .slice(0, SHOWN_MAX);
  const silent = latest.silent.length === 0 ? '' : ` ${latest.silent.join(', ')} did not answer.`;
  write(find('statements-span'), `${count(found.length)} of ${count(latest.shapes.length)} shapes, since the proxies started; commits are not in their times.${silent}`);
  const body = find('statements');
  const rows = new Map([...body.children].map(tr => [tr.dataset.shape, tr]));
  body.replaceChildren(...(found.length === 0
    ? [make('tr', {}, make('td.empty', { colspan: 8 }, latest.shapes.length === 0 ? 'Nothing has run yet.' : 'None is like that.'))]
    : found.map(s => fill(rows.get(s.shape) ?? row(s), s, all))));
}

function row(s) {
  return make('tr', { 'data-shape': s.shape },
    make('th.sql', { scope: 'row' }, make('details', {}, make('summary', {}, s.shape), make('pre', {}, s.shape))),
    make('td', { 'data-label': 'Kind' }),
    ...['Calls', 'Per second', 'Mean', 'Longest', 'Errors'].map(label => make('td.number', { 'data-label': label })),
    make('td', { 'data-label': 'Ran on' }, make('div.split', { role: 'img' }), make('span.address')));
}

function fill(tr, s, all) {
  const [, kind, calls, now, mean, max, errors, where] = tr.children;
  write(kind, s.kind);
  write(calls, count(s.calls));
  write(now, s.now === null ? '–' : rate(s.now));
  write(mean, micros(s.totalMicros / s.calls));
  write(max, micros(s.maxMicros));
  write(errors, count(s.errors));
  errors.classList.toggle('behind', s.errors > 0);
  kind.title = `${share(s.totalMicros, all)} of the time of all`;
  const nodes = Object.entries(s.ranOn).sort(([a], [b]) => a.localeCompare(b));
  const [bar, text] = where.children;
  const words = nodes.map(([node, n]) => `${node === '' ? 'nowhere' : node} ${share(n, s.calls)}`).join(', ');
  if (text.textContent !== words) {
    write(text, words);
    bar.setAttribute('aria-label', words);
    bar.replaceChildren(...nodes.map(([node, n]) => {
      const part = make(`span.series-${colourOf(node)}`);
      part.style.width = `${100 * n / s.calls}%`;
      return part;
    }));
  }
  return tr;
}
