// net: how a page hears of what happens at its server, what it remembers, and which address it has.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ask } from './ask.js';
import { openSource } from './source.js';

const LATE_MS = 3000, REST_MS = 120;

// Hears of a path, by the stream that all tabs share, or by one of its own where a browser has no such worker. Returns
// { again(), close() }: again: asks for it once more, in case there is room now.
function hearOf(path, tell) {
  let own = null;
  const alone = () => { own ||= openSource(path, tell); };
  const close = () => own && own.close();
  if (typeof SharedWorker === 'undefined') {
    alone();
    return { again: () => {}, close };
  }
  const worker = new SharedWorker('/stream.js'), { port } = worker;
  const join = () => port.postMessage(path), leave = () => port.postMessage('');
  worker.onerror = alone;
  port.onmessage = ({ data }) => tell(data);
  addEventListener('pagehide', leave);
  addEventListener('pageshow', join);
  join();
  return {
    again: join,
    close: () => {
      removeEventListener('pagehide', leave);
      removeEventListener('pageshow', join);
      leave();
      port.close();
      close();
    },
  };
}

// take(event, data): what a path says; look(): asks how things are: at first, whenever the stream has opened, and every
// three seconds where there is none (a phone that slept, a network that holds streams back). True while there is none.
export function useStream(path, take, look) {
  const [isLate, setLate] = useState(false);
  const now = useRef(null);
  now.current = { take, look };
  useEffect(() => {
    if (!path) return undefined;
    let timer = 0, line = null;
    const late = () => {
      timer = setTimeout(late, LATE_MS);
      setLate(true);
      line.again();
      now.current.look();
    };
    timer = setTimeout(late, LATE_MS);
    line = hearOf(path, ({ event, data }) => {
      if (event === 'lost') {
        timer ||= setTimeout(late, LATE_MS);
        return;
      }
      clearTimeout(timer);
      timer = 0;
      setLate(false);
      if (event === 'open' || event === 'reset') now.current.look();
      else now.current.take(event, data);
    });
    now.current.look();
    const back = () => { line.again(); now.current.look(); };
    addEventListener('online', back);
    return () => {
      clearTimeout(timer);
      removeEventListener('online', back);
      line.close();
    };
  }, [path]);
  return isLate;
}

// What a room looks like to the holder of a token, always fresh: its stream tells that something has changed.
// [view, error, take, isLate]
export function useRoom(code, token) {
  const [state, setState] = useState({});
  const due = useRef(0);
  const take = (view) => setState({ view: { ...view, at: Date.now() } });
  const fail = (error) => setState((old) => ({ view: error.status === 404 ? null : old.view, error }));
  const look = () => ask('GET', `/v1/rooms/${code}`, null, token).then(take, fail);
  const soon = () => {
    clearTimeout(due.current);
    due.current = setTimeout(look, REST_MS);
  };
  useEffect(() => () => clearTimeout(due.current), []);
  const isLate = useStream(`/v1/rooms/${code}/events${token ? `?token=${token}` : ''}`, soon, look);
  return [state.view, state.error, take, isLate];
}

// A value that the browser keeps, where it lets us.
export function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}
export function keep(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch { /* then it lives as long as the page */ }
}

// Milliseconds left of a round, counted down between two looks.
export function useLeft(view) {
  const [, tick] = useState(0);
  const room = view && view.room;
  const isRunning = room && room.phase === 'deciding' && !room.is_paused;
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setInterval(() => tick((n) => n + 1), 500);
    return () => clearInterval(timer);
  }, [isRunning]);
  if (!room || room.phase !== 'deciding') return 0;
  return Math.max(0, room.left_ms - (room.is_paused ? 0 : Date.now() - view.at));
}

// The language of the page: asked for, kept, or the browser's.
export function useLang() {
  const first = new URLSearchParams(location.search).get('lang') || kept('lang') || navigator.language || 'en';
  const [lang, setLang] = useState(first.startsWith('zh') ? 'zh' : 'en');
  useEffect(() => {
    document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
    keep('lang', lang);
  }, [lang]);
  return [lang, setLang];
}

// What stands behind the # of the address, in pieces.
export function usePlace() {
  const read = () => location.hash.slice(1).split('/').filter(Boolean);
  const [place, setPlace] = useState(read());
  useEffect(() => {
    const changed = () => setPlace(read());
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return place;
}
