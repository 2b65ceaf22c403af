// Comparing the nodes, and making one equal to the others: the dialogs that say what will happen, and how far it is.

import { chosen, find, make, offer, show, write } from './page.js';
import { get, post } from './api.js';
import { count } from './format.js';

const PERIOD = 500;
const KEPT = 'understudy-verification';

let latest = null;
let watched = null;

export function prepareRepairs() {
  find('verify-open').addEventListener('click', openVerify);
  find('verify-confirm').addEventListener('click', () => order('verify', verify));
  find('resync-open').addEventListener('click', openResync);
  find('resync-confirm').addEventListener('click', () => order('resync', resync));
}

export function updateRepairs(status) {
  latest = status;
  find('verify-open').disabled = status.nodes.length < 2 || status.master === '';
  find('resync-open').disabled = replicas().length === 0;
  if (watched === null && sessionStorage.getItem(KEPT) !== null) {
    watch(sessionStorage.getItem(KEPT));
  }
}

function replicas() {
  return latest.nodes.filter(n => n.role !== 'master');
}

function prepare(name) {
  show(find(`${name}-error`), false);
  find(`${name}-confirm`).disabled = false;
  find(name).showModal();
}

function openVerify() {
  const away = latest.nodes.filter(n => n.state === 'unreachable').map(n => n.name);
  find('verify-effect').replaceChildren(make('p', {}, 'What will happen:'), make('ul', {},
    make('li', {}, `${latest.master}, the master, writes points of comparison into the log. At each of them every node takes a snapshot and sums up rows.`),
    make('li', {}, 'Every table, sequence and the catalog are compared: all of it is read once, on all nodes. That takes time and disk reads; clients go on, nobody waits.'),
    make('li', {}, 'A node that differs from the majority goes into quarantine: nothing is read from it, and it is repaired.'),
    away.length === 0 ? null : make('li.error', {}, `${away.join(', ')} cannot be reached: the comparison will fail.`)));
  prepare('verify');
}

function openResync() {
  const first = replicas().find(n => n.quarantine !== '') ?? replicas()[0];
  offer('resync-targets', replicas().map(n => ({
    name: n.name,
    note: n.quarantine !== '' ? 'in quarantine' : n.state.replace('_', ' '),
    able: n.state !== 'unreachable',
    chosen: n === first,
  })));
  find('resync-targets').onchange = describe;
  describe();
  prepare('resync');
}

function describe() {
  const node = chosen('resync-targets');
  find('resync-effect').replaceChildren(make('p', {}, 'What will happen:'), make('ul', {},
    make('li', {}, `${node} goes into quarantine: reads go elsewhere, and transactions that are reading there end with SQLSTATE 57P01.`),
    make('li', {}, `Its database is compared with another node’s, and tables that differ are emptied and copied. If the catalogs differ, all of its database is made anew.`),
    make('li', {}, 'Meanwhile it cannot become master: until it is done, one failure more than usual counts. Writes go on.')));
}

async function order(name, what) {
  find(`${name}-confirm`).disabled = true;
  show(find(`${name}-error`), false);
  try {
    await what();
    find(name).close();
  } catch (error) {
    write(find(`${name}-error`), error.message);
    show(find(`${name}-error`), true);
  } finally {
    find(`${name}-confirm`).disabled = false;
  }
}

async function verify() {
  const { id } = await post('/api/v1/verify');
  sessionStorage.setItem(KEPT, id);
  watch(id);
}

function resync() {
  return post(`/api/v1/resync?node=${encodeURIComponent(chosen('resync-targets'))}`);
}

/** Shows how far a comparison is until it is over. */
async function watch(id) {
  watched = id;
  show(find('verification'), true);
  while (watched === id) {
    try {
      const v = await get(`/api/v1/verify/${encodeURIComponent(id)}`);
      showVerification(v);
      if (v.state !== 'running') {
        sessionStorage.removeItem(KEPT);
        return;
      }
    } catch (error) {
      write(find('verification-text'), `How far the comparison is cannot be told here: ${error.message}`);
      if (error.status === 404 || error.status === 401) {
        sessionStorage.removeItem(KEPT);
        return;
      }
    }
    await new Promise(resolve => setTimeout(resolve, PERIOD));
  }
}

function showVerification(v) {
  const running = v.state === 'running';
  const bar = find('verification-bar');
  show(bar, running);
  bar.value = v.percent;
  const what = `${count(v.tables)} tables and ${count(v.sequences)} sequences of ${v.nodes.join(', ')}`;
  write(find('verification-text'), running ? `Comparing: ${v.percent} %${v.progress === '' ? '' : `, ${v.progress}`}`
    : v.state === 'equal' ? `All equal at index ${count(v.index)}: ${what}.`
      : v.state === 'different' ? `Different at index ${count(v.index)}: ${v.wrong.length === 0 ? 'see below' : `${v.wrong.join(', ')} in quarantine`}.`
        : 'The comparison failed.');
  find('verification').className = `verification ${running ? '' : v.state === 'equal' ? 'good' : 'bad'}`;
  find('verification-findings').replaceChildren(...(v.state === 'equal' ? [] : v.findings.map(f => make('li', {}, f))));
}
