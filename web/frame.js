// frame: what stands around every page of the server: the line above it, the language, the colours, the layout.
import { useEffect, useState } from 'preact/hooks';
import { html } from './html.js';
import { keep, kept } from './net.js';
import { sayIn } from './say.js';

const PLACES = [['explore', '/#explore'], ['watch', '/#watch'], ['lessons', '/lesson'], ['rooms', '/room']];

const root = document.documentElement;

// Dark or light: as the reader's system is, until a choice is made. [isDark, turn]
function useTheme() {
  const [theme, setTheme] = useState(kept('theme'));
  const isDark = theme ? theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  useEffect(() => {
    if (theme) root.dataset.theme = theme;
    keep('theme', theme);
  }, [theme]);
  return [isDark, () => setTheme(isDark ? 'light' : 'dark')];
}

function Top({ page, lang, setLang, isBig, setBig, say }) {
  const [isDark, turn] = useTheme();
  return html`<header class="top">
    <a class="brand" href="/#explore"><img src="/icon.svg" alt="" width="28" height="28" />tradeloom</a>
    <nav aria-label=${say.views}>${PLACES.map(([name, path]) => html`<a href=${path}
      aria-current=${name === page ? 'page' : undefined}>${say[name]}</a>`)}</nav>
    <div class="tools">
      <button type="button" class="quiet" lang=${lang === 'zh' ? 'en' : 'zh-CN'}
        onClick=${() => setLang(lang === 'zh' ? 'en' : 'zh')}>${say.other_lang}</button>
      <button type="button" class="quiet" onClick=${turn}>${isDark ? say.light : say.dark}</button>
      ${setBig && html`<button type="button" class="quiet wide-only" name="projector" aria-pressed=${isBig}
        onClick=${() => setBig(!isBig)}>${say.projector}</button>`}
    </div>
  </header>`;
}

function toContent(event) {
  event.preventDefault(); // the address says what is shown
  document.getElementById('content').focus();
}

// page: whose name in the line above is marked. isBig: for a wall; setBig: what the button "Projector" does, none without.
// isWide: as wide as the screen.
export function Frame({ page, title, lang, setLang, isBig, setBig, isWide, children }) {
  const say = sayIn(lang);
  useEffect(() => { document.title = `${title} · tradeloom`; }, [title]);
  root.classList.toggle('wall', Boolean(isBig)); // before anything is drawn: charts ask for it
  useEffect(() => {
    if (setBig) keep('layout', isBig ? 'projector' : 'desk');
  }, [isBig]);
  return html`<a class="skip" href="#content" onClick=${toContent}>${say.skip}</a>
    <${Top} page=${page} lang=${lang} setLang=${setLang} isBig=${isBig} setBig=${setBig} say=${say} />
    <main id="content" class=${isWide ? '' : 'column-page'} tabindex="-1">${children}</main>
    <footer class="source">${say.no_advice}</footer>`;
}

export function Problem({ text }) {
  return html`<p class="problem" role="alert">${text}</p>`;
}
