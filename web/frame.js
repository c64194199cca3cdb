// frame: what stands around the workshop's pages: where one is, the language, the colours.
import { useEffect, useState } from 'preact/hooks';
import { html } from './html.js';
import { keep, kept } from './net.js';
import { Top } from './top.js';

// page: whose name in the line above is marked.
export function Frame({ say, setLang, title, children, isBig, page }) {
  const [theme, setTheme] = useState(kept('theme'));
  useEffect(() => {
    if (theme) document.documentElement.dataset.theme = theme;
    keep('theme', theme);
  }, [theme]);
  useEffect(() => { document.title = `${title} · tradeloom`; }, [title]);
  const isDark = theme ? theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  return html`<div class=${isBig ? 'workshop projector' : 'workshop'}>
    <${Top} words=${{ ...say, other_language: say.other_lang }} page=${page} lang=${say.lang} setLang=${setLang} isDark=${isDark}
      setTheme=${setTheme} />
    <main><h1>${title}</h1>${children}</main>
  </div>`;
}

export function Problem({ text }) {
  return html`<p class="problem" role="alert">${text}</p>`;
}
