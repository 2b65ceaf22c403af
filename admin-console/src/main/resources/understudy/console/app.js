// The console: signs in, listens to the node, shows what it tells, and moves to another node when this one is gone.

import { find, notice, show, write } from './page.js';
import { currentSession, get, resume, SignedOut, signIn, signInByTicket, signOut } from './api.js';
import { listen } from './stream.js';
import { another, arrival, goTo, isBack } from './move.js';
import { Samples } from './samples.js';
import { Charts } from './charts.js';
import { showHealth, showNodes } from './nodes.js';
import { showFigures } from './figures.js';
import { showElections } from './elections.js';
import { prepareSwitchover, updateSwitchover } from './switchover.js';
import { prepareLog, showLog } from './log.js';
import { prepareSessions, showSessions } from './sessions.js';
import { prepareStatements, showStatements } from './statements.js';
import { prepareEvents, showEvents } from './events.js';
import { prepareRepairs, updateRepairs } from './repairs.js';
import { prepareMembers, updateMembers } from './members.js';
import { knowNodes } from './colours.js';

/** What is told that it is shown, or not any more. */
const PAGES = {
  overview: visible => visible && charts.draw(),
  sessions: showSessions,
  statements: showStatements,
  log: showLog,
  events: visible => showEvents(visible, status?.self ?? ''),
};
const RENEW_EVERY = 4 * 60_000;
const LOOK_AGAIN = 1000;

const samples = new Samples();
const charts = new Charts(samples);
let status = null;
let elections = [];
let stop = null;

function connection(kind, text) {
  find('connection').className = `connection ${kind}`;
  write(find('connection-text'), text);
}

function onStatus(next) {
  status = next;
  knowNodes(next.nodes.map(n => n.name));
  connection('live', `live from ${next.self}`);
  const sampled = samples.add(next);
  showNodes(next, samples);
  showHealth(next, elections);
  updateSwitchover(next);
  updateRepairs(next);
  updateMembers(next);
  if (sampled) {
    showFigures(next, samples);
    charts.draw();
  }
  document.title = next.master === '' ? 'No master – Understudy' : 'Understudy';
}

function onElections(next) {
  elections = next;
  showElections(next);
  if (status !== null) {
    showHealth(status, elections);
  }
}

function start() {
  connection('', 'connecting');
  stop?.();
  stop = listen({
    status: onStatus,
    elections: onElections,
    signedOut: () => askForPassword('Your session is over. Please sign in again.'),
    lost: why => lost(why),
  });
}

/** The node is gone: until it is back or another one is found, what is shown is old, and the page says so. */
async function lost(why) {
  const name = status?.self ?? 'The node';
  connection('lost', 'not connected');
  for (let attempt = 0; ; attempt++) {
    notice(`${name} ${why}. What you see is from ${status === null ? 'before' : new Date(status.at).toLocaleTimeString('en-GB')}; looking for another node…`, 'bad');
    if (why === 'does not answer' && await isBack()) {
      break;
    }
    const target = status === null ? null : await another(status);
    if (target !== null) {
      notice(`${name} ${why}. Moving to ${target.name}…`, 'warn');
      goTo(target, name);
      return;
    }
    if (attempt > 0 && await isBack()) {
      break;
    }
    await new Promise(resolve => setTimeout(resolve, LOOK_AGAIN));
  }
  try {
    await resume();
    notice('');
    await begin();
  } catch (error) {
    if (error instanceof SignedOut) {
      askForPassword('');
    } else {
      setTimeout(() => lost(why), LOOK_AGAIN);
    }
  }
}

async function begin() {
  show(find('sign-in'), false);
  show(find('console'), true);
  showIdentity();
  start();
  route();
  try {
    samples.load(await get('/api/v1/history'));
    charts.draw();
  } catch (error) {
    notice(`The charts begin now: what was before could not be read (${error.message}).`, 'warn');
  }
}

/** Viewers have no buttons that they would be refused. */
function showIdentity() {
  const { user, role } = currentSession();
  write(find('identity'), role === 'viewer' ? `${user} (viewer)` : user);
  document.querySelectorAll('.orders').forEach(button => show(button, role !== 'viewer'));
}

function askForPassword(why) {
  stop?.();
  Object.values(PAGES).forEach(told => told(false));
  document.querySelectorAll('dialog[open]').forEach(dialog => dialog.close());
  show(find('console'), false);
  show(find('sign-in'), true);
  const error = find('sign-in-error');
  write(error, why);
  show(error, why !== '');
  find('password').value = '';
  find('password').focus();
}

function route() {
  const named = location.hash.replace(/^#\/([a-z]*).*$/, '$1');
  const page = Object.hasOwn(PAGES, named) ? named : 'overview';
  document.querySelectorAll('nav a').forEach(a => {
    if (a.dataset.page === page) {
      a.setAttribute('aria-current', 'page');
    } else {
      a.removeAttribute('aria-current');
    }
  });
  for (const [name, told] of Object.entries(PAGES)) {
    show(find(`page-${name}`), name === page);
    told(name === page);
  }
}

function prepare() {
  find('sign-in-form').addEventListener('submit', async event => {
    event.preventDefault();
    const button = event.submitter ?? find('sign-in-form').querySelector('button');
    button.disabled = true;
    try {
      await signIn(find('user').value, find('password').value);
      await begin();
    } catch (error) {
      askForPassword(error.message);
    } finally {
      button.disabled = false;
    }
  });
  find('sign-out').addEventListener('click', async () => {
    stop?.();
    try {
      await signOut();
    } finally {
      askForPassword('');
    }
  });
  document.querySelectorAll('input[name=range]').forEach(input => input.addEventListener('change', () => {
    charts.seconds = Number(input.value);
    charts.draw();
  }));
  window.addEventListener('hashchange', route);
  prepareSwitchover();
  prepareLog();
  prepareSessions();
  prepareStatements();
  prepareEvents();
  prepareRepairs();
  prepareMembers();
  setInterval(() => currentSession() !== null && status !== null && resume().catch(() => {}), RENEW_EVERY);
}

async function main() {
  prepare();
  const { from, ticket } = arrival();
  try {
    if (ticket !== null) {
      await signInByTicket(ticket);
    } else {
      await resume();
    }
    if (from !== null) {
      notice(`${from} did not answer any more; this page moved here by itself.`, 'warn');
      setTimeout(() => notice(''), 15_000);
    }
    await begin();
  } catch (error) {
    askForPassword(error instanceof SignedOut ? '' : error.message);
  }
}

main();
