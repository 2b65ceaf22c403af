// Live charts with one line per node.

import uPlot from '/library/uPlot.esm.js';
import { find } from './page.js';
import { count, rate } from './format.js';
import { COLOURS } from './colours.js';

const CHARTS = [
  { id: 'chart-lag', field: 'lagSeconds', least: 1, label: v => `${+v.toFixed(2)} s` },
  { id: 'chart-entries', field: 'lagEntries', least: 10, label: count },
  { id: 'chart-reads', field: 'reads', least: 10, label: rate },
  { id: 'chart-writes', field: 'writes', least: 10, label: rate },
  { id: 'chart-read-time', field: 'readMillis', least: 1, label: v => `${+v.toFixed(2)} ms`, gaps: true },
  { id: 'chart-commit-time', field: 'commitMillis', least: 1, label: v => `${+v.toFixed(2)} ms`, gaps: true },
];
const HEIGHT = 180;

export class Charts {
  #samples;
  #plots = new Map();
  #names = '';
  seconds = 300;

  constructor(samples) {
    this.#samples = samples;
    new ResizeObserver(() => this.#resize()).observe(document.body);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#rebuild());
  }

  draw() {
    const names = [...this.#samples.nodes.keys()].sort();
    if (names.join('\n') !== this.#names || this.#plots.size === 0) {
      this.#names = names.join('\n');
      this.#rebuild();
    }
    const times = this.#samples.times;
    const end = times.at(-1) ?? Date.now() / 1000;
    let first = times.findIndex(t => t >= end - this.seconds);
    first = Math.max(0, first);
    for (const chart of CHARTS) {
      const columns = names.map(name => this.#samples.nodes.get(name)[chart.field].slice(first));
      this.#plots.get(chart.id).setData([times.slice(first), ...columns]);
    }
  }

  #rebuild() {
    const style = getComputedStyle(document.documentElement);
    const colour = name => style.getPropertyValue(name).trim();
    for (const chart of CHARTS) {
      this.#plots.get(chart.id)?.destroy();
      const place = find(chart.id);
      const axis = { stroke: colour('--quiet'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false }, font: '12px system-ui, sans-serif' };
      this.#plots.set(chart.id, new uPlot({
        width: Math.max(200, place.clientWidth),
        height: HEIGHT,
        legend: { show: false },
        cursor: { y: false, points: { size: 6 } },
        padding: [6, 8, 0, 0],
        scales: {
          x: { time: true, range: (u, low, high) => [high - this.seconds, high] },
          y: { range: (u, low, high) => [0, Math.max(chart.least, high * 1.1)] },
        },
        axes: [
          { ...axis, values: (u, ticks) => ticks.map(t => new Date(t * 1000).toLocaleTimeString('en-GB', this.seconds <= 300 ? {} : { hour: '2-digit', minute: '2-digit' })), space: 80, size: 28 },
          { ...axis, values: (u, ticks) => ticks.map(chart.label), size: 56, space: 36 },
        ],
        series: [
          {},
          ...this.#names.split('\n').filter(n => n !== '').map((name, i) => ({
            label: name,
            stroke: colour(`--series-${i % COLOURS}`),
            width: 2,
            points: { show: false },
            // Where nothing ran nothing took time; where a node was not known nothing is known.
            spanGaps: chart.gaps === true,
          })),
        ],
      }, [[], ...this.#names.split('\n').filter(n => n !== '').map(() => [])], place));
    }
  }

  #resize() {
    for (const [id, plot] of this.#plots) {
      const width = find(id).clientWidth;
      if (width > 0 && width !== plot.width) {
        plot.setSize({ width, height: HEIGHT });
      }
    }
  }
}
