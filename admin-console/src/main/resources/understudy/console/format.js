// Numbers and times as people read them.

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

export function count(n) {
  return whole.format(n).replaceAll(',', '\u202f');
}

export function rate(n) {
  if (n === null || n === undefined || Number.isNaN(n)) {
    return '–';
  }
  return n >= 100 || n === 0 ? count(n) : n.toFixed(1);
}

export function seconds(s) {
  if (s >= 120) {
    return `${Math.floor(s / 60)} min ${Math.round(s % 60)} s`;
  }
  return s >= 10 ? `${s.toFixed(1)} s` : `${s.toFixed(2)} s`;
}

export function micros(n) {
  if (n >= 1e6) {
    return `${(n / 1e6).toFixed(2)} s`;
  }
  if (n >= 1000) {
    return `${(n / 1000).toFixed(n >= 1e5 ? 0 : 1)} ms`;
  }
  return `${Math.round(n)} µs`;
}

export function share(part, all) {
  return all === 0 ? '0 %' : `${(100 * part / all).toFixed(part === all || part === 0 ? 0 : 1)} %`;
}

export function clock(iso) {
  return new Date(iso).toLocaleTimeString('en-GB');
}

export function dayAndClock(iso) {
  const date = new Date(iso);
  const today = date.toDateString() === new Date().toDateString();
  return today ? clock(iso) : `${date.toLocaleDateString('en-CA')} ${clock(iso)}`;
}
