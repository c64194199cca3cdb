// net: what a page asks its server for, how it hears of changes, and what it remembers.
import { useEffect, useRef, useState } from 'preact/hooks';

// The answer, or an Error whose message is the server's.
export async function ask(method, path, body, token) {
  const headers = { Accept: 'application/json' };
  if (body) headers['Content-Type'] = 'application/json';
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body), cache: 'no-store' });
  const document = await answer.json().catch(() => ({}));
  if (answer.ok) return document;
  const error = new Error(document.error ? document.error.message : `${answer.status}`);
  error.status = answer.status;
  throw error;
}

const POLL_MS = 3000, REST_MS = 120;

// What a room looks like to the holder of a token, always fresh: a stream tells that something has changed; where there
// is none (a phone that slept, too many tabs) the room is asked every few seconds. [view, error, take]
export function useRoom(code, token) {
  const [state, setState] = useState({});
  const due = useRef(0);
  const take = (view) => setState({ view: { ...view, at: Date.now() } });
  useEffect(() => {
    if (!code) return undefined;
    let isOver = false, stream = null;
    const fail = (error) => setState((old) => ({ view: error.status === 404 ? null : old.view, error }));
    const look = () => ask('GET', `/v1/rooms/${code}`, null, token).then((view) => isOver || take(view), fail);
    const soon = () => {
      clearTimeout(due.current);
      due.current = setTimeout(look, REST_MS);
    };
    const listen = () => {
      stream = new EventSource(`/v1/rooms/${code}/events${token ? `?token=${token}` : ''}`);
      stream.addEventListener('change', soon);
      stream.addEventListener('reset', soon);
      stream.addEventListener('open', soon);
    };
    look();
    listen();
    const poll = setInterval(() => {
      if (stream.readyState === EventSource.CLOSED) listen();
      if (stream.readyState !== EventSource.OPEN) look();
    }, POLL_MS);
    addEventListener('online', look);
    return () => {
      isOver = true;
      clearInterval(poll);
      clearTimeout(due.current);
      removeEventListener('online', look);
      stream.close();
    };
  }, [code, token]);
  return [state.view, state.error, take];
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

// The language of the page: chosen, kept, or the browser's.
export function useLang() {
  const first = new URLSearchParams(location.search).get('lang') || kept('lang') || navigator.language || 'en';
  const [lang, setLang] = useState(first.startsWith('zh') ? 'zh' : 'en');
  useEffect(() => {
    document.documentElement.lang = lang;
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
