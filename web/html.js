// html: markup out of templates, the width that a picture has, and what every picture stands in.
import { h, render } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import htm from 'htm';

export const html = htm.bind(h);
export { render };

// How tall a chart's text is, in pixels: on a wall (frame.js) it is read from afar.
export const textSize = () => (document.documentElement.classList.contains('wall') ? 24 : 13);

const PAPER = 680; // pixels of an A4 page between its margins

// The width of an element in pixels, as it changes; on paper that of the paper. 0 until it is known.
export function useWidth() {
  const place = useRef(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const measure = () => place.current && setWidth(Math.floor(place.current.clientWidth));
    const paper = () => setWidth(PAPER);
    const watch = new ResizeObserver(measure);
    watch.observe(place.current);
    addEventListener('beforeprint', paper);
    addEventListener('afterprint', measure);
    measure();
    return () => {
      watch.disconnect();
      removeEventListener('beforeprint', paper);
      removeEventListener('afterprint', measure);
    };
  }, []);
  return [place, width];
}

// A picture: what it says in a sentence, the drawing by its width, and its numbers as a table.
// draw(width) gives SVG or HTML; table: { head: [text], rows: [[text, …]] }; beside: tables that stand in the page
// already, of which the picture shows a part; they are taken behind it.
export function Figure({ say, note, draw, table, beside, words }) {
  const [place, width] = useWidth();
  return html`<figure class="figure">
    ${say && html`<figcaption>${say}</figcaption>`}
    <div class="drawing" ref=${place}>${width > 0 && draw(width)}</div>
    ${note && html`<p class="source">${note}</p>`}
    ${table && html`<${Twin} ...${table} beside=${beside} words=${words} />`}
  </figure>`;
}

// Tables that stood in the page, here.
export function Beside({ nodes }) {
  const keep = useCallback((place) => place && place.append(...nodes), [nodes]);
  return html`<div class="beside" ref=${keep}></div>`;
}

// What stands behind a picture: closed on a screen; open on paper when it tells more than the picture.
export function Behind({ title, more, children }) {
  const [isPrinted, setPrinted] = useState(false);
  useEffect(() => {
    const before = () => setPrinted(true), after = () => setPrinted(false);
    addEventListener('beforeprint', before);
    addEventListener('afterprint', after);
    return () => {
      removeEventListener('beforeprint', before);
      removeEventListener('afterprint', after);
    };
  }, []);
  return html`<details class="twin" open=${more && isPrinted}><summary>${title}</summary>${children}</details>`;
}

function Twin({ head, rows, beside, words }) {
  return html`<${Behind} title=${words.as_table} more=${Boolean(beside)}>
    ${beside && html`<${Beside} nodes=${beside} />`}
    <div class="wide" tabindex="0">
      <table>
        <thead><tr>${head.map((text) => html`<th scope="col">${text}</th>`)}</tr></thead>
        <tbody>${rows.map((row) => html`<tr>${row.map((text, i) => i === 0
          ? html`<th scope="row">${text}</th>` : html`<td class="number">${text}</td>`)}</tr>`)}</tbody>
      </table>
    </div>
  </${Behind}>`;
}
