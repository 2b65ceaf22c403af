// The last elections: who, when, why, and how long nobody could write.

import { find, make } from './page.js';
import { dayAndClock, seconds } from './format.js';

const KINDS = { first: 'first master', failover: 'failover', switchover: 'switchover' };
let shown = '';

export function showElections(elections) {
  const text = JSON.stringify(elections);
  if (text === shown) {
    return;
  }
  shown = text;
  const list = find('elections');
  const open = new Set([...list.querySelectorAll('details[open]')].map(d => d.dataset.epoch));
  const known = new Set([...list.querySelectorAll('details')].map(d => d.dataset.epoch));
  list.replaceChildren(...(elections.length === 0
    ? [make('li.empty', {}, 'There has been no election yet.')]
    : elections.map((e, i) => make('li', {}, item(e, open.has(String(e.epoch)) || (i === 0 && !known.has(String(e.epoch))))))));
}

function item(election, open) {
  const when = election.openedAt ?? election.decidedAt;
  const who = election.previous === '' || election.previous === election.master
    ? `${election.master} became master` : `${election.previous} → ${election.master}`;
  return make('details', { 'data-epoch': election.epoch, open },
    make('summary', {},
      make('time.when', when ? { datetime: when } : {}, when ? dayAndClock(when) : 'unknown'),
      make('strong.who', {}, who),
      make('span.why', {}, `${KINDS[election.kind] ?? election.kind}, epoch ${election.epoch}: ${election.reason}`),
      down(election)),
    steps(election));
}

function down(election) {
  if (election.kind === 'first') {
    return make('span.down');
  }
  if (election.downSeconds === null) {
    return make('span.down', {}, election.openedAt === null ? 'not open yet' : '–', make('small', {}, 'writes down'));
  }
  return make('span.down', {}, `${election.exact ? '' : '≤ '}${seconds(election.downSeconds)}`, make('small', {}, 'writes down'));
}

function steps(election) {
  const list = election.steps.map(s => ({ at: Date.parse(s.at), node: s.node, text: s.text, key: s.kind === 'master' }));
  if (election.writableUntil !== null) {
    const text = election.kind === 'switchover' ? `${election.previous} holds new transactions back`
      : election.exact ? `last sign of ${election.previous} as an open master` : `last write of the epoch before`;
    list.push({ at: Date.parse(election.writableUntil), node: '', text, key: true });
  }
  if (election.openedAt !== null) {
    list.push({ at: Date.parse(election.openedAt), node: election.master, text: election.exactlyOpened ? 'accepts writes' : 'first write of the new epoch', key: true });
  }
  list.sort((a, b) => a.at - b.at);
  const zero = election.writableUntil !== null ? Date.parse(election.writableUntil) : list[0]?.at ?? 0;
  if (list.length === 0) {
    return make('p.quiet', {}, 'What led to it is not remembered any more.');
  }
  return make('ol.steps', {}, ...list.map(s => make(s.key ? 'li.key' : 'li', {},
    make('span.offset', {}, offset((s.at - zero) / 1000)),
    make('span.node', {}, s.node),
    make('span', {}, s.text))));
}

function offset(s) {
  return `${s < 0 ? '−' : '+'}${Math.abs(s).toFixed(3)} s`;
}
