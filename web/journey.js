// journey: the order on its way through the three layers, step by step, and the documents that appear as forms.
import { useEffect, useState } from 'preact/hooks';
import { html, Figure, textSize } from './html.js';

const LAYERS = ['law', 'trade', 'logistics'];
const ROW = 72, TOP = 20, LABEL = 7.4, PACE_MS = 900;

const isStill = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

// Steps one after the other; one that was waited for is told when it is taken.
export function stepsOf(result) {
  return result.steps.filter((step, i, all) => step.id !== 'end' && !(all[i + 1] && all[i + 1].id === step.id));
}

export const clock = (time) => `${time.slice(5, 10)} ${time.slice(11, 16)}`;

function Track({ width, steps, at, go, words }) {
  const label = width < 560 ? 56 : textSize() * LABEL, gap = (width - label - 24) / Math.max(1, steps.length - 1);
  const x = (i) => label + 12 + i * gap, y = (step) => TOP + ROW * LAYERS.indexOf(step.layer) + ROW / 2;
  const path = (until) => steps.slice(0, until + 1).map((step, i) => `${i ? 'L' : 'M'}${x(i)} ${y(step)}`).join(' ');
  const height = TOP + ROW * LAYERS.length;
  return html`<svg class="chart track" role="img" aria-label=${words.journey} width=${width} height=${height}
      viewBox="0 0 ${width} ${height}">
    ${LAYERS.map((layer, row) => html`<rect class=${`band-${layer}`} x=${label} y=${TOP + ROW * row + 4} rx="4"
        width=${Math.max(0, width - label)} height=${ROW - 8} />
      <text class=${`layer-${layer}`} x="0" y=${TOP + ROW * row + ROW / 2} dy=".35em">${words.name('layer', layer)}</text>`)}
    <path class="thread ahead" d=${path(steps.length - 1)} />
    <path class="thread" d=${path(at)} />
    ${steps.map((step, i) => html`<circle class=${`stop ${step.layer}${i <= at ? ' past' : ''}`} cx=${x(i)} cy=${y(step)}
      r=${i === at ? 4 : 6} onClick=${() => go(i)} />`)}
    <g class="parcel" transform="translate(${x(at)} ${y(steps[at])})"><rect x="-11" y="-9" width="22" height="18" rx="2" />
      <path d="M-11 -3h22M0 -9v6" /></g>
  </svg>`;
}

function Form({ document, words }) {
  return html`<div class="form" role="region" aria-label=${words.document(document.id)}>
    <h3>${words.document(document.id)} <span class="dim">${clock(document.time)}</span></h3>
    <table class="fields"><thead><tr><th scope="col">${words.field}</th><th scope="col" class="text">${words.element}</th>
      <th scope="col" class="text">${words.value}</th></tr></thead>
      <tbody>${Object.entries(document.fields).map(([name, value]) => html`<tr><th scope="row">${words.field_name(name)}</th>
        <td class="text"><code>${name}</code></td><td class="text">${value}</td></tr>`)}</tbody></table>
    <p class="source">${words.invented}</p>
  </div>`;
}

export function Journey({ result, words }) {
  const steps = stepsOf(result), last = steps.length - 1;
  const [at, setAt] = useState(last);
  const [isPlaying, setPlaying] = useState(false);
  const [open, setOpen] = useState(null);
  const here = Math.min(at, last);
  useEffect(() => {
    if (!isPlaying) return undefined;
    const timer = setTimeout(() => (here < last ? setAt(here + 1) : setPlaying(false)), isStill() ? 400 : PACE_MS);
    return () => clearTimeout(timer);
  }, [isPlaying, here, last]);
  const go = (i) => {
    setPlaying(false);
    setAt(i);
  };
  const start = () => {
    if (here === last) setAt(0);
    setPlaying(!isPlaying);
  };
  if (!steps.length) return null;
  const step = steps[here], now = step.time;
  const document = result.documents.find(({ id }) => id === open);
  const sentence = `${here + 1}/${steps.length} · ${clock(step.time)} · ${words.name('layer', step.layer)}: ${step[words.lang]}`;
  return html`<section class="card" aria-labelledby="journey-title">
    <h2 id="journey-title">${words.journey}</h2>
    <p class="now" aria-live="polite">${sentence}</p>
    <div class="row">
      <button type="button" class="quiet" onClick=${start}>${
        isPlaying ? words.pause : here === last ? words.again : words.play}</button>
      <button type="button" class="quiet" disabled=${here === last} onClick=${() => go(here + 1)}>${words.step}</button>
      <input type="range" min="0" max=${last} value=${here} aria-label=${words.journey} aria-valuetext=${sentence}
        onInput=${(event) => go(Number(event.target.value))} />
    </div>
    <${Figure} words=${words} draw=${(width) => html`<${Track} width=${width} steps=${steps} at=${here} go=${go} words=${words} />`} />
    <div class="papers" role="group" aria-label=${words.documents}>${result.documents.map((paper) => html`<button type="button"
      class=${`paper${paper.time <= now ? ' there' : ''}`} disabled=${paper.time > now} aria-expanded=${open === paper.id}
      onClick=${() => setOpen(open === paper.id ? null : paper.id)}>
        <b>${words.document(paper.id)}</b><span>${paper.time <= now ? clock(paper.time) : words.not_yet}</span></button>`)}</div>
    ${document && document.time <= now && html`<${Form} document=${document} words=${words} />`}
  </section>`;
}
