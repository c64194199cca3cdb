// frame: what stands around the workshop's pages: where one is, the language, the colours.
import { useEffect, useState } from 'preact/hooks';
import { html } from './html.js';
import { keep, kept } from './net.js';

export function Frame({ say, setLang, title, children, isBig }) {
  const [theme, setTheme] = useState(kept('theme'));
  useEffect(() => {
    if (theme) document.documentElement.dataset.theme = theme;
    keep('theme', theme);
  }, [theme]);
  useEffect(() => { document.title = `${title} · tradeloom`; }, [title]);
  const isDark = theme ? theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  return html`<div class=${isBig ? 'workshop projector' : 'workshop'}>
    <header class="bar">
      <a href="/">tradeloom</a>
      <a href="/lesson">${say.lessons}</a>
      <a href="/room">${say.title}</a>
      <span class="room-for"></span>
      <button type="button" class="quiet" onClick=${() => setTheme(isDark ? 'light' : 'dark')}>${isDark ? '☀' : '☾'}
        <span class="hidden">${isDark ? 'light' : 'dark'}</span></button>
      <button type="button" class="quiet" lang=${say.lang === 'zh' ? 'en' : 'zh'}
        onClick=${() => setLang(say.lang === 'zh' ? 'en' : 'zh')}>${say.other_lang}</button>
    </header>
    <main><h1>${title}</h1>${children}</main>
  </div>`;
}

export function Problem({ text }) {
  return html`<p class="problem" role="alert">${text}</p>`;
}
