// The statement log: the newest entries first, each with its SQL and what it changed.

import { find, make, show, write } from './page.js';
import { get } from './api.js';
import { count, dayAndClock } from './format.js';

const PAGE = 50;
const KEPT_MAX = 1000;

const entries = new Map();
let active = false;
let timer = 0;
let firstIndex = 1;
let lastIndex = 0;

export function prepareLog() {
  find('log-older').addEventListener('click', () => guarded(older));
  find('log-filter').addEventListener('input', draw);
  find('log-follow').addEventListener('change', () => active && guarded(newer));
}

export function showLog(visible) {
  active = visible;
  clearTimeout(timer);
  if (visible) {
    guarded(newer);
  }
}

async function guarded(action) {
  clearTimeout(timer);
  try {
    await action();
    draw();
  } catch (error) {
    write(find('log-span'), `The log could not be read: ${error.message}`);
  }
  if (active && find('log-follow').checked) {
    timer = setTimeout(() => guarded(newer), 1500);
  }
}

async function newer() {
  const known = Math.max(0, ...entries.keys());
  const answer = await get(`/api/v1/log?limit=${PAGE}`);
  firstIndex = answer.firstIndex;
  lastIndex = answer.lastIndex;
  if ((answer.entries[0]?.index ?? 0) > known + 1) {
    // More was written meanwhile than fits on a page: begin anew rather than show a gap.
    entries.clear();
  }
  answer.entries.forEach(e => entries.set(e.index, e));
  forget();
}

async function older() {
  const oldest = Math.min(lastIndex + 1, ...entries.keys());
  const from = Math.max(firstIndex, oldest - PAGE);
  if (from < oldest) {
    const answer = await get(`/api/v1/log?from=${from}&limit=${oldest - from}`);
    answer.entries.forEach(e => entries.set(e.index, e));
    find('log-follow').checked = false;
  }
}

function forget() {
  const old = [...entries.keys()].sort((a, b) => b - a).slice(KEPT_MAX);
  old.forEach(index => entries.delete(index));
}

function draw() {
  const wanted = find('log-filter').value.trim().toLowerCase();
  const all = [...entries.values()].sort((a, b) => b.index - a.index);
  const found = all.filter(e => wanted === '' || JSON.stringify(e).toLowerCase().includes(wanted));
  const list = find('log-entries');
  const items = new Map([...list.children].map(li => [Number(li.dataset.index), li]));
  list.replaceChildren(...found.map(e => items.get(e.index) ?? item(e)));
  write(find('log-span'), lastIndex === 0 ? 'The log is empty.'
    : `${count(found.length)} of ${count(lastIndex - firstIndex + 1)} entries; the log holds ${count(firstIndex)} to ${count(lastIndex)}.`);
  show(find('log-older'), Math.min(lastIndex, ...entries.keys()) > firstIndex);
}

function item(entry) {
  const details = make('details', {},
    make('summary', {},
      make('span.number', {}, count(entry.index)),
      make('span.quiet', {}, entry.at ? dayAndClock(entry.at) : ''),
      make('span', {}, entry.form ? `${entry.form} form` : entry.kind),
      make('span.sql', {}, headline(entry))));
  details.addEventListener('toggle', () => details.open && details.childElementCount === 1 && details.append(body(entry)));
  return make('li', { 'data-index': entry.index }, details);
}

function headline(entry) {
  switch (entry.kind) {
    case 'transaction':
      return entry.statements.map(s => s.sql).join('; ').replaceAll(/\s+/g, ' ');
    case 'master':
      return `${entry.node} is master of epoch ${entry.epoch}: ${entry.reason}`;
    case 'maintenance':
      return entry.sql;
    case 'sequences':
      return [...entry.ceilings, ...entry.exact].map(s => `${s.name} ${s.value}`).join(', ');
    case 'chunk':
      return `part ${entry.number} of a large transaction`;
    default:
      return '';
  }
}

function body(entry) {
  const parts = (entry.statements ?? []).map(s => make('pre', {}, s.sql
    + (s.parameters ? `\n-- parameters: ${s.parameters.map(p => (p === null ? 'null' : p)).join(' | ')}` : '')
    + `\n-- ${count(s.rows)} row${s.rows === 1 ? '' : 's'}`));
  if (entry.sql) {
    parts.push(make('pre', {}, entry.sql));
  }
  if (entry.changes?.length) {
    parts.push(make('table', {}, make('thead', {}, make('tr', {}, ...['Table', 'Inserted', 'Updated', 'Deleted'].map((h, i) => make(i === 0 ? 'th' : 'th.number', { scope: 'col' }, h)))),
      make('tbody', {}, ...entry.changes.map(c => (c.ddl === undefined
        ? make('tr', {}, make('td', {}, c.table + (c.truncated ? ' (emptied first)' : '')), ...[c.inserted, c.updated, c.deleted].map(n => make('td.number', {}, count(n))))
        : make('tr', {}, make('td', { colspan: 4 }, make('pre', {}, c.ddl))))))));
  }
  const facts = [entry.role && `role ${entry.role}`, entry.epoch && `epoch ${entry.epoch}`, entry.xid && `transaction ${entry.xid}`, entry.id && `token ${entry.id}`,
    ...Object.entries(entry.settings ?? {}).map(([k, v]) => `${k} = ${v}`)].filter(Boolean);
  parts.push(make('p.quiet', {}, facts.join(' · ')));
  return make('div.body', {}, ...parts);
}
