// app: the pages in the browser: which one the address asks for, language, looks, and what all of them share.
import { useEffect, useState } from 'preact/hooks';
import { get } from './ask.js';
import { withApp } from './app_words.js';
import { Explore } from './explore.js';
import { html, render } from './html.js';
import { Top } from './top.js';
import { Watch } from './watch.js';
import { wordsOf } from './words.js';

// Name in the address (#explore?…) -> component({ words, names, state, setState }). The first is the home page.
const PAGES = { explore: Explore, watch: Watch };

const root = document.documentElement;

// A choice that outlives the visit, where the browser keeps any.
function kept(name, fallback) {
  try {
    return localStorage.getItem(name) || fallback;
  } catch (error) {
    return fallback;
  }
}

function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch (error) {
    // a private window keeps nothing
  }
}

// "#explore?sku=wine&units=2" -> { page, state }
export function read(hash) {
  const [page, query] = hash.replace(/^#/, '').split('?');
  return { page: PAGES[page] ? page : Object.keys(PAGES)[0], state: Object.fromEntries(new URLSearchParams(query || '')) };
}

function write(page, state) {
  const query = new URLSearchParams(Object.entries(state).filter(([, value]) => value !== '' && value !== undefined));
  history.replaceState(null, '', `#${page}${String(query) ? `?${query}` : ''}`);
}

function App({ names }) {
  const [lang, setLang] = useState(kept('lang', navigator.language.startsWith('zh') ? 'zh' : 'en'));
  const [theme, setTheme] = useState(kept('theme', ''));
  const [isWide, setWide] = useState(kept('layout', '') === 'projector');
  const [place, setPlace] = useState(read(location.hash));
  const words = withApp(wordsOf(lang, names));
  const isDark = theme ? theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  useEffect(() => {
    const follow = () => setPlace(read(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  useEffect(() => {
    root.lang = lang === 'zh' ? 'zh-CN' : 'en';
    root.dataset.layout = isWide ? 'projector' : 'desk';
    document.title = `${words[place.page]} · tradeloom`;
    if (theme) root.dataset.theme = theme;
    keep('lang', lang);
    keep('theme', theme);
    keep('layout', isWide ? 'projector' : 'desk');
  }, [lang, theme, isWide, place.page]);
  const setState = (state) => {
    write(place.page, state);
    setPlace({ page: place.page, state });
  };
  const Page = PAGES[place.page];
  return html`
    <a class="skip" href="#content" onClick=${(event) => {
      event.preventDefault();
      document.getElementById('content').focus();
    }}>${words.skip}</a>
    <${Top} words=${words} page=${place.page} lang=${lang} setLang=${setLang} isDark=${isDark} setTheme=${setTheme}
      more=${html`<button type="button" class="quiet wide-only" aria-pressed=${isWide} onClick=${() => setWide(!isWide)}>${
        words.projector}</button>`} />
    <main id="content" tabindex="-1"><${Page} words=${words} state=${place.state} setState=${setState} /></main>
    <footer class="source">${words.no_advice}</footer>`;
}

const app = document.getElementById('app');
get('/v1/names').then((names) => render(html`<${App} names=${names} />`, app), (error) => {
  app.textContent = `The server does not answer. 服务器没有应答。(${error.message})`;
});
