// What the node tells without being asked. A node that says nothing for longer than it promised counts as gone.

const SILENCE_MAX = 6000;

/**
 * Listens until the returned function is called.
 *
 * @param handlers status(data), elections(data), signedOut(), lost(why)
 */
export function listen(handlers) {
  const source = new EventSource('/api/v1/stream');
  let over = false;
  let timer = 0;

  function end(then) {
    if (!over) {
      over = true;
      clearTimeout(timer);
      source.close();
      then?.();
    }
  }

  function heard() {
    clearTimeout(timer);
    timer = setTimeout(() => end(() => handlers.lost('says nothing any more')), SILENCE_MAX);
  }

  source.addEventListener('status', event => {
    heard();
    handlers.status(JSON.parse(event.data));
  });
  source.addEventListener('elections', event => handlers.elections(JSON.parse(event.data).elections));
  source.addEventListener('signed-out', () => end(handlers.signedOut));
  source.addEventListener('bye', () => end(() => handlers.lost('is stopping')));
  source.addEventListener('error', () => end(() => handlers.lost('does not answer')));
  heard();
  return () => end();
}
