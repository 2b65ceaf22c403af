// The dialog that asks for a switchover and says what it will do.

import { chosen, find, make, offer, show, write } from './page.js';
import { post } from './api.js';
import { count, seconds } from './format.js';

let latest = null;
let running = false;

export function prepareSwitchover() {
  find('switchover-open').addEventListener('click', open);
  find('switchover-confirm').addEventListener('click', confirm);
  find('switchover').addEventListener('cancel', event => running && event.preventDefault());
}

export function updateSwitchover(status) {
  latest = status;
  find('switchover-open').disabled = status.nodes.length < 2;
}

function open() {
  if (latest === null) {
    return;
  }
  const master = latest.nodes.find(n => n.role === 'master');
  const others = latest.nodes.filter(n => n !== master);
  const able = others.filter(n => n.state === 'replica').sort((a, b) => a.lagEntries - b.lagEntries);
  offer('switchover-targets', others.map(n => ({
    name: n.name,
    note: n.state === 'replica' ? `${count(n.lagEntries)} ${n.lagEntries === 1 ? 'entry' : 'entries'} behind` : n.state.replace('_', ' '),
    able: n.state === 'replica',
    chosen: n === able[0],
  })));
  find('switchover-targets').onchange = () => describe(master);
  show(find('switchover-error'), false);
  write(find('switchover-progress'), '');
  setRunning(false);
  describe(master);
  find('switchover').showModal();
}

function describe(master) {
  const target = chosen('switchover-targets');
  const confirmButton = find('switchover-confirm');
  confirmButton.disabled = target === '' || master === undefined;
  write(confirmButton, target === '' ? 'Switch over' : `Make ${target} the master`);
  if (master === undefined || target === '') {
    find('switchover-effect').replaceChildren(make('p', {}, master === undefined
      ? 'There is no master now, so there is nothing to hand over.' : 'No other node is able to become master now.'));
    return;
  }
  find('switchover-effect').replaceChildren(make('p', {}, 'What will happen:'), make('ul', {},
    make('li', {}, `${master.name} holds new write transactions back. They wait; they do not fail.`),
    make('li', {}, 'Running ones may finish, for up to 5 seconds. Those that take longer are ended with SQLSTATE 57P01.'),
    make('li', {}, `${target} applies what is left of the log, becomes master, and runs what waited.`),
    make('li', {}, 'Reads go on. Nothing acknowledged is lost.')));
}

function setRunning(is) {
  running = is;
  find('switchover-confirm').disabled = is;
  find('switchover-cancel').disabled = is;
  find('switchover-targets').querySelectorAll('input').forEach(i => { i.disabled = is || i.disabled; });
}

async function confirm() {
  const target = chosen('switchover-targets');
  const begun = performance.now();
  setRunning(true);
  show(find('switchover-error'), false);
  write(find('switchover-progress'), `Handing over to ${target}…`);
  try {
    const answer = await post(`/api/v1/switchover?target=${encodeURIComponent(target)}`);
    write(find('switchover-progress'), `${answer.master} is master, after ${seconds((performance.now() - begun) / 1000)}.`);
    find('switchover').close();
  } catch (error) {
    write(find('switchover-progress'), '');
    write(find('switchover-error'), error.message);
    show(find('switchover-error'), true);
  } finally {
    running = false;
    find('switchover-cancel').disabled = false;
  }
}
