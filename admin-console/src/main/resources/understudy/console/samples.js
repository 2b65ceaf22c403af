// The last hour in memory: what the node remembers, then a sample a second of what it tells.

const LENGTH_MAX = 3600;
const PERIOD = 950;

export const FIELDS = ['lagSeconds', 'lagEntries', 'reads', 'writes', 'readMillis', 'commitMillis'];

export class Samples {
  times = [];
  nodes = new Map();
  #before = null;

  /** Begins with the node's own history. */
  load(history) {
    const added = this.times.filter(t => t * 1000 > (history.at.at(-1) ?? 0)).length;
    const tail = new Map([...this.nodes].map(([name, s]) => [name, Object.fromEntries(FIELDS.map(f => [f, s[f].slice(-added)]))]));
    const tailTimes = added === 0 ? [] : this.times.slice(-added);
    this.times = history.at.map(millis => millis / 1000).concat(tailTimes);
    this.nodes = new Map();
    for (const [name, columns] of Object.entries(history.nodes)) {
      const rest = added === 0 ? {} : tail.get(name) ?? {};
      this.nodes.set(name, Object.fromEntries(FIELDS.map(f =>
        [f, columns[f].concat(rest[f] ?? new Array(added).fill(null))])));
    }
  }

  /** Takes a status; true if it became a sample. */
  add(status) {
    const now = Date.parse(status.at);
    if (this.#before !== null && now - this.#before.millis < PERIOD) {
      return false;
    }
    const then = this.#before;
    if (then === null || now / 1000 <= (this.times.at(-1) ?? 0)) {
      // A rate needs two; the node's own history has it.
      this.#remember(now, status);
      return false;
    }
    const passed = (now - then.millis) / 1000;
    this.times.push(now / 1000);
    for (const node of status.nodes) {
      const old = then.nodes.get(node.name);
      const series = this.#series(node.name);
      series.lagSeconds.push(node.lagSeconds);
      series.lagEntries.push(node.lagEntries);
      series.reads.push(rate(node.reads, old?.reads, passed));
      series.writes.push(rate(node.writes, old?.writes, passed));
      series.readMillis.push(mean(node.readTime, old?.readTime));
      series.commitMillis.push(mean(node.commitTime, old?.commitTime));
    }
    for (const series of this.nodes.values()) {
      FIELDS.forEach(f => series[f].length < this.times.length && series[f].push(null));
    }
    this.#remember(now, status);
    this.#trim();
    return true;
  }

  #remember(now, status) {
    this.#before = { millis: now, nodes: new Map(status.nodes.map(n => [n.name, n])) };
  }

  /** A node's value over the last few samples. */
  recent(name, field) {
    const values = (this.nodes.get(name)?.[field] ?? []).slice(-3).filter(v => v !== null);
    return values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length;
  }

  #series(name) {
    let series = this.nodes.get(name);
    if (series === undefined) {
      series = Object.fromEntries(FIELDS.map(f => [f, new Array(this.times.length - 1).fill(null)]));
      this.nodes.set(name, series);
    }
    return series;
  }

  #trim() {
    const extra = this.times.length - LENGTH_MAX;
    if (extra > 0) {
      this.times.splice(0, extra);
      this.nodes.forEach(series => FIELDS.forEach(f => series[f].splice(0, extra)));
    }
  }
}

/** Of what came since, in milliseconds; null if nothing did. */
function mean(now, then) {
  const came = then === undefined ? 0 : now.count - then.count;
  return came <= 0 ? null : Math.max(0, now.micros - then.micros) / came / 1000;
}

function rate(now, then, passed) {
  return then === undefined || passed <= 0 ? null : Math.max(0, now - then) / passed;
}
