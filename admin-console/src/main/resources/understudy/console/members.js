// Taking nodes out of work and back, adding and removing them: one dialog, which says what will happen.

import { chosen, find, make, offer, show, write } from './page.js';
import { get, post } from './api.js';

const at = (path, node) => path.replace('NODE', encodeURIComponent(node));

/** What each of the buttons is about. Effects are what a node says that it would do, where it can be asked. */
const ORDERS = {
  drain: {
    title: 'Take a node out of work, or put it back',
    targets: status => status.nodes.map(n => ({ name: n.name, note: n.state.replace('_', ' '), able: n.state !== 'unreachable' })),
    verb: node => (isDrained(node) ? `Put ${node} back` : `Drain ${node}`),
    effect: node => (isDrained(node)
      ? [`${node} takes reads again, a few at first, and may become master again.`]
      : [`${node} hands the mastership over if it has it: writes wait for a moment and do not fail.`,
        'No read begins there any more. What is under way may finish, for up to 10 seconds.',
        'It still follows the log and votes. It stays like this, over restarts too, until it is put back.']),
    carryOut: node => post(at(`/api/v1/nodes/NODE/${isDrained(node) ? 'undrain' : 'drain'}`, node)),
    progress: node => (isDrained(node) ? `Putting ${node} back…` : `Draining ${node}…`),
    empty: [],
  },
  add: {
    title: 'Add a node to the cluster',
    targets: (status, members) => members.waiting.map(name => ({ name, note: 'waits to be added', able: true })),
    verb: node => `Add ${node}`,
    effect: async node => (await post(`/api/v1/members?name=${encodeURIComponent(node)}&dryRun=true`)).steps,
    carryOut: node => post(`/api/v1/members?name=${encodeURIComponent(node)}`),
    progress: node => `Adding ${node}…`,
    empty: ['No node waits to be added. Start one with “join: true” in its settings, this cluster’s nodes among its nodes, an empty data directory and an empty database; then open this again.',
      'With encryption between nodes (cluster.tls) a new node is not heard before it is added: use “understudy add” with its address.'],
  },
  remove: {
    title: 'Remove a node from the cluster',
    targets: (status, members) => members.members.map(m => ({ name: m.name, note: m.votes ? m.state.replace('_', ' ') : 'is being added', able: true })),
    verb: node => `Remove ${node}`,
    effect: async node => (await post(at('/api/v1/members/NODE/remove?dryRun=true', node))).steps,
    carryOut: node => post(at('/api/v1/members/NODE/remove', node)),
    progress: node => `Removing ${node}…`,
    empty: [],
  },
};

let latest = null;
let order = null;
let running = false;

export function prepareMembers() {
  for (const name of Object.keys(ORDERS)) {
    find(`${name}-open`).addEventListener('click', () => open(ORDERS[name]));
  }
  find('member-targets').addEventListener('change', describe);
  find('member-confirm').addEventListener('click', confirm);
  find('member').addEventListener('cancel', event => running && event.preventDefault());
}

export function updateMembers(status) {
  latest = status;
  find('drain-open').disabled = false;
  find('add-open').disabled = false;
  find('remove-open').disabled = status.nodes.length < 2;
}

function isDrained(node) {
  return latest.nodes.some(n => n.name === node && n.state === 'drained');
}

async function open(which) {
  order = which;
  write(find('member-title'), order.title);
  write(find('member-progress'), '');
  show(find('member-error'), false);
  find('member-targets').replaceChildren(make('p.quiet', {}, 'Loading…'));
  find('member-effect').replaceChildren();
  write(find('member-confirm'), 'Confirm');
  setRunning(false);
  find('member-confirm').disabled = true;
  find('member').showModal();
  try {
    const targets = order.targets(latest, await get('/api/v1/members'));
    show(find('member-nodes'), targets.length > 0);
    offer('member-targets', targets.map(t => ({ ...t, chosen: targets.length === 1 })));
    if (targets.length === 0) {
      find('member-effect').replaceChildren(...order.empty.map(text => make('p', {}, text)));
    }
    await describe();
  } catch (error) {
    fail(error);
  }
}

async function describe() {
  const node = chosen('member-targets');
  if (node === '') {
    return;
  }
  find('member-confirm').disabled = true;
  write(find('member-confirm'), order.verb(node));
  show(find('member-error'), false);
  try {
    const steps = await order.effect(node);
    if (node !== chosen('member-targets')) {
      return;
    }
    find('member-effect').replaceChildren(make('p', {}, 'What will happen:'), make('ul', {}, ...steps.map(s => make('li', {}, s))));
    find('member-confirm').disabled = false;
  } catch (error) {
    find('member-effect').replaceChildren();
    fail(error);
  }
}

function fail(error) {
  write(find('member-progress'), '');
  write(find('member-error'), error.message);
  show(find('member-error'), true);
}

function setRunning(is) {
  running = is;
  find('member-confirm').disabled = is;
  find('member-cancel').disabled = is;
  find('member-nodes').disabled = is;
}

async function confirm() {
  const node = chosen('member-targets');
  setRunning(true);
  show(find('member-error'), false);
  write(find('member-progress'), order.progress(node));
  try {
    await order.carryOut(node);
    find('member').close();
  } catch (error) {
    if (error.status === undefined && order === ORDERS.remove && node === latest.self) {
      // It ended before it could answer; the page moves to another node.
      find('member').close();
    } else {
      fail(error);
    }
  } finally {
    setRunning(false);
  }
}
