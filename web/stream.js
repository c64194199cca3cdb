// stream: the worker that all tabs of a browser share: one event stream a path, however many tabs listen to it. A tab posts
// the path that it wants to hear of, as often as it likes, and '' when it leaves.
import { openSource } from './source.js';

const STREAMS_MAX = 3; // of the six connections that a browser opens to a server over HTTP/1.1; the others are for questions

const heard = new Map(); // path -> { source, ports }

function leave(port) {
  for (const [path, { source, ports }] of heard) {
    if (ports.delete(port) && ports.size === 0) {
      source.close();
      heard.delete(path);
    }
  }
}

// One that finds no room hears nothing, asks the server itself, and comes back.
function join(port, path) {
  if (!heard.has(path)) {
    if (heard.size === STREAMS_MAX) return;
    const ports = new Set();
    heard.set(path, { ports, source: openSource(path, (said) => ports.forEach((one) => one.postMessage(said))) });
  }
  const { source, ports } = heard.get(path);
  if (!ports.has(port) && source.isOpen()) port.postMessage({ event: 'open' });
  ports.add(port);
}

self.onconnect = ({ ports: [port] }) => {
  port.onmessage = ({ data: path }) => (path ? join(port, path) : leave(port));
  port.addEventListener('close', () => leave(port)); // of a tab that crashed, where browsers tell
};
