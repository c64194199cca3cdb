// source: one event stream of the server, opened again and again: what it says, and whether it is there.

const EVENTS = ['change', 'reset', 'state'], AGAIN_MS = 3000;

// tell({ event, data }): 'open', 'lost', or one of EVENTS. Returns { isOpen(), close() }.
export function openSource(path, tell) {
  let stream = null, timer = 0;
  const begin = () => {
    stream = new EventSource(path);
    stream.onopen = () => tell({ event: 'open' });
    stream.onerror = () => {
      tell({ event: 'lost' });
      if (stream.readyState === EventSource.CLOSED) timer = setTimeout(begin, AGAIN_MS); // refused: no browser tries that again
    };
    for (const event of EVENTS) stream.addEventListener(event, ({ data }) => tell({ event, data }));
  };
  begin();
  return {
    isOpen: () => stream.readyState === EventSource.OPEN,
    close: () => {
      clearTimeout(timer);
      stream.close();
    },
  };
}
