// app: the pages of `tradeloom serve`: which one the address asks for. What stands around them is in frame.js.
import { useEffect, useState } from 'preact/hooks';
import { ask } from './ask.js';
import { withApp } from './app_words.js';
import { Explore } from './explore.js';
import { Frame, Problem } from './frame.js';
import { html, render } from './html.js';
import { Lessons } from './lesson.js';
import { kept, useLang } from './net.js';
import { Rooms } from './room.js';
import { sayIn } from './say.js';
import { Watch } from './watch.js';
import { wordsOf } from './words.js';

// Name in the address (/#explore?…) -> component({ words, state, setState }). The first is the home page.
const VIEWS = { explore: Explore, watch: Watch };

// "#explore?sku=wine&units=2" -> { view, state }
function read() {
  const [view, query] = location.hash.slice(1).split('?');
  return { view: VIEWS[view] ? view : Object.keys(VIEWS)[0], state: Object.fromEntries(new URLSearchParams(query || '')) };
}

function write(view, state) {
  const query = new URLSearchParams(Object.entries(state).filter(([, value]) => value !== '' && value !== undefined));
  history.replaceState(null, '', `#${view}${String(query) ? `?${query}` : ''}`);
}

function Home() {
  const [lang, setLang] = useLang(), say = sayIn(lang);
  const [isBig, setBig] = useState(kept('layout') === 'projector');
  const [{ view, state }, setPlace] = useState(read());
  const [names, setNames] = useState(null), [problem, setProblem] = useState('');
  useEffect(() => {
    const follow = () => setPlace(read());
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  useEffect(() => { ask('GET', '/v1/names').then(setNames, (error) => setProblem(error.message)); }, []);
  const setState = (next) => {
    write(view, next);
    setPlace({ view, state: next });
  };
  const View = VIEWS[view];
  return html`<${Frame} page=${view} title=${say[view]} lang=${lang} setLang=${setLang} isBig=${isBig} setBig=${setBig} isWide>
    ${problem && html`<${Problem} text=${`${say.no_server} (${problem})`} />`}
    ${names && html`<${View} words=${withApp(wordsOf(lang, names))} state=${state} setState=${setState} />`}</${Frame}>`;
}

const PAGES = { '/lesson': Lessons, '/room': Rooms };
render(html`<${PAGES[location.pathname] || Home} />`, document.getElementById('app'));
