// What the node that serves this page saw and did, and who gave orders to it: the newest first.

import { find, make, write } from './page.js';
import { get } from './api.js';
import { count, dayAndClock } from './format.js';
import { Poll } from './poll.js';

const PERIOD = 1500;
const PAGE = 1000;
const KEPT_MAX = 5000;
const SHOWN_MAX = 300;

const poll = new Poll(ask, PERIOD, error => write(find('events-span'), `Events could not be read: ${error.message}`));
let events = [];
let node = '';

export function prepareEvents() {
  find('events-kind').addEventListener('change', draw);
  find('events-filter').addEventListener('input', draw);
}

/** @param self the node that serves the page */
export function showEvents(visible, self) {
  if (self !== node) {
    node = self;
    events = [];
  }
  poll.show(visible);
}

async function ask() {
  let answer;
  do {
    answer = await get(`/api/v1/events?after=${events[0]?.number ?? 0}&limit=${PAGE}`);
    events.unshift(...answer.events.reverse());
  } while (answer.events.length === PAGE);
  events.length = Math.min(events.length, KEPT_MAX);
  draw();
}

function draw() {
  const kinds = [...new Set(events.map(e => e.kind))].sort();
  const select = find('events-kind');
  const known = [...select.options].slice(1).map(o => o.value);
  kinds.filter(k => !known.includes(k)).forEach(k => select.append(make('option', { value: k }, k)));
  const wanted = find('events-filter').value.trim().toLowerCase();
  const found = events
    .filter(e => select.value === '' || e.kind === select.value)
    .filter(e => wanted === '' || e.text.toLowerCase().includes(wanted));
  write(find('events-span'), `${count(Math.min(found.length, SHOWN_MAX))} of ${count(found.length)} events of ${events[0]?.node ?? 'this node'} since its proxy started.`);
  const list = find('events');
  const items = new Map([...list.children].map(li => [li.dataset.number, li]));
  list.replaceChildren(...(found.length === 0 ? [make('li.empty', {}, 'None is like that.')]
    : found.slice(0, SHOWN_MAX).map(e => items.get(String(e.number)) ?? make('li', { 'data-number': e.number },
      make('time.when', { datetime: e.at }, dayAndClock(e.at)),
      make(`span.badge${e.kind === 'alarm' || e.kind === 'quarantine' ? '.bad' : ''}`, {}, e.kind),
      make('span.text', {}, e.text)))));
}
