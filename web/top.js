// top: the line above every page of the server: where one can go, the language, the colours.
import { html } from './html.js';

const PLACES = [['explore', '/#explore'], ['watch', '/#watch'], ['lessons', '/lesson'], ['rooms', '/room']];

// words: { explore, watch, lessons, rooms, views, light, dark, other_language }; page: one of PLACES; more: further buttons.
export function Top({ words, page, lang, setLang, isDark, setTheme, more }) {
  return html`<header class="top">
    <a class="brand" href="/#explore"><img src="/icon.svg" alt="" width="28" height="28" />tradeloom</a>
    <nav aria-label=${words.views}>${PLACES.map(([name, path]) => html`<a href=${path}
      aria-current=${name === page ? 'page' : undefined}>${words[name]}</a>`)}</nav>
    <div class="tools">
      <button type="button" class="quiet" lang=${lang === 'zh' ? 'en' : 'zh-CN'}
        onClick=${() => setLang(lang === 'zh' ? 'en' : 'zh')}>${words.other_language}</button>
      <button type="button" class="quiet" onClick=${() => setTheme(isDark ? 'light' : 'dark')}>${
        isDark ? words.light : words.dark}</button>
      ${more}
    </div>
  </header>`;
}
