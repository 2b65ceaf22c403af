// Figures of the whole cluster: throughput, stages of a commit, forms of entries.

import { find, make, write } from './page.js';
import { count, micros, rate, share } from './format.js';

const STAGES = {
  execute: 'Client’s statements',
  seal: 'Seal and gap check',
  majority: 'Majority has it on disk',
  local_commit: 'Local commit',
};
const WINDOW = 10_000;

/** Stages as they were, oldest first, so that means are of the last seconds and not since the start. */
const past = [];

export function showFigures(status, samples) {
  const sum = field => status.nodes.map(n => samples.recent(n.name, field)).filter(v => v !== null).reduce((a, b) => a + b, 0);
  write(find('figure-writes'), rate(sum('writes')));
  write(find('figure-reads'), rate(sum('reads')));
  write(find('figure-index'), count(status.lastIndex));
  write(find('figure-epoch'), count(status.epoch));
  showStages(status);
  showForms(status.counters);
}

function means(status) {
  const now = Date.parse(status.at);
  if (past.length > 0 && past.at(-1).master !== status.master) {
    past.length = 0;
  }
  past.push({ at: now, master: status.master, stages: new Map(status.stages.map(s => [s.stage, s])) });
  while (past.length > 2 && past[0].at < now - WINDOW) {
    past.shift();
  }
  const first = past[0].stages;
  return status.stages.map(s => {
    const old = first.get(s.stage);
    const passed = s.count - (old?.count ?? s.count);
    return { ...s, mean: passed > 0 ? (s.totalMicros - old.totalMicros) / passed : null };
  });
}

function showStages(status) {
  const stages = means(status);
  const body = find('stages');
  if (stages.every(s => s.count === 0)) {
    body.replaceChildren(make('tr', {}, make('td.empty', { colspan: 3 }, 'No write yet.')));
    write(find('figure-commit'), '–');
    return;
  }
  const commit = stages.filter(s => s.stage !== 'execute').map(s => s.mean);
  write(find('figure-commit'), commit.includes(null) ? '–' : micros(commit.reduce((a, b) => a + b, 0)));
  const most = Math.max(1, ...stages.map(s => s.mean ?? 0));
  body.replaceChildren(...stages.map(s => {
    const bar = make('span');
    bar.style.width = `${100 * (s.mean ?? 0) / most}%`;
    return make('tr', { 'data-stage': s.stage },
      make('td', {}, STAGES[s.stage] ?? s.stage),
      make('td', {}, make('div.bar-cell', {}, make('div.meter', { 'aria-hidden': 'true' }, bar),
        make('span.value', {}, s.mean === null ? 'idle' : micros(s.mean)))),
      make('td.number', {}, s.count === 0 ? '–' : `≤ ${micros(s.p99Micros)}`));
  }));
}

function showForms(counters) {
  const all = counters.statementForm + counters.rowForm;
  const bar = find('forms');
  bar.classList.toggle('none', all === 0);
  find('forms-statement').style.width = all === 0 ? '0' : `${100 * counters.statementForm / all}%`;
  const text = all === 0 ? 'No entry yet.'
    : `Statement form ${share(counters.statementForm, all)} (${count(counters.statementForm)}), row form ${share(counters.rowForm, all)} (${count(counters.rowForm)})`;
  bar.setAttribute('aria-label', text);
  if (find('forms-text').textContent !== text) {
    const parts = all === 0 ? [text] : [
      make('span.key-mark.series-0', { 'aria-hidden': 'true' }), `Statement form ${share(counters.statementForm, all)} (${count(counters.statementForm)}), `,
      make('span.key-mark.series-1', { 'aria-hidden': 'true' }), `row form ${share(counters.rowForm, all)} (${count(counters.rowForm)})`];
    find('forms-text').replaceChildren(...parts);
  }
  write(find('classified-text'),
    `By this node: ${count(counters.fellBack)} statements could not be classified and went to the master, ${count(counters.misrouted)} were misrouted and rerun there.`);
}
