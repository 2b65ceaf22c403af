// Every node has one colour on the whole page.

export const COLOURS = 6;

let names = [];

/** @param all names of the cluster's nodes */
export function knowNodes(all) {
  names = [...all].sort();
}

/** 0 to COLOURS - 1; nodes that are not known share the last one. */
export function colourOf(name) {
  const at = names.indexOf(name);
  return at < 0 ? COLOURS - 1 : at % COLOURS;
}
