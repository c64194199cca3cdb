// tornado: how far each axis of a sweep moves an output, longest bar first, and Sobol indices where there are some.
import { lengthOf, linear } from './axis.js';
import { html, Figure } from './html.js';
import { decimal } from './number.js';

const ROW = 36, PHONE = 640, NAME = 260;

const axisOf = (axes, path) => axes.find((axis) => axis.path === path);
const titleOf = (axes, path, words) => axisOf(axes, path).title[words.lang];
const endOf = (bar, end, words) => `${decimal(bar[end])} (${bar[`${end}_at`] === null ? words.as_it_is : bar[`${end}_at`]})`;

function drawBars(width, { effect, axes, words }) {
  const bars = effect.tornado, narrow = width < PHONE;
  const isLong = narrow && bars.some((bar) => lengthOf(endOf(bar, 'low', words) + endOf(bar, 'high', words)) + 16 > width);
  const tall = narrow ? ROW + (isLong ? 58 : 40) : ROW;
  const longest = (texts) => Math.max(...texts.map((text) => lengthOf(text)));
  const names = narrow ? 0 : Math.min(NAME, longest(bars.map((bar) => titleOf(axes, bar.path, words)))) + 16;
  const [lefts, rights] = narrow ? [4, 4] : ['low', 'high'].map((end) => longest(bars.map((bar) => endOf(bar, end, words))) + 12);
  const low = Math.min(...bars.map((bar) => Number(bar.low))), high = Math.max(...bars.map((bar) => Number(bar.high)));
  const scale = linear([low, high], [names + lefts, width - rights]);
  const base = scale(Number(effect.base)), height = 32 + bars.length * tall;
  return html`<svg class="chart" role="img" aria-label=${`${words.tornado_title}: ${words.name('output', effect.output)}`} width=${width}
    height=${height} viewBox="0 0 ${width} ${height}">
    <text class="note" x=${base} y="14" text-anchor=${narrow && base > width / 2 ? 'end' : narrow ? 'start' : 'middle'}>${words.mean} ${decimal(effect.base)}</text>
    ${bars.map((bar, i) => {
      const top = 28 + i * tall, y = narrow ? top + 20 : top, from = scale(Number(bar.low)), to = scale(Number(bar.high));
      const middle = y + ROW / 2, [left, right] = [Math.min(base, to), Math.max(base, from)];
      return html`<g>
        <text class=${narrow ? 'title' : ''} x="0" y=${narrow ? top + 14 : middle} dy=${narrow ? 0 : '.35em'}>${titleOf(axes, bar.path, words)}</text>
        <rect class="swing below" x=${from} y=${y + 7} width=${Math.max(1, left - from)} height=${ROW - 14} />
        <rect class="swing above" x=${right} y=${y + 7} width=${Math.max(1, to - right)} height=${ROW - 14} />
        ${narrow
          ? html`<text x="0" y=${y + ROW + 8} class="note">${endOf(bar, 'low', words)}</text>
            <text x=${width} y=${y + ROW + (isLong ? 26 : 8)} text-anchor="end" class="note">${endOf(bar, 'high', words)}</text>`
          : html`<text x=${from - 8} y=${middle} dy=".35em" text-anchor="end">${endOf(bar, 'low', words)}</text>
            <text x=${to + 8} y=${middle} dy=".35em">${endOf(bar, 'high', words)}</text>`}</g>`;
    })}
    <line class="zero" x1=${base} x2=${base} y1="20" y2=${height} />
  </svg>`;
}

function drawIndices(width, { effect, axes, words }) {
  const narrow = width < PHONE, rows = effect.indices, tall = narrow ? ROW + 20 : ROW;
  const names = narrow ? 0 : Math.min(NAME, Math.max(...rows.map(({ path }) => lengthOf(titleOf(axes, path, words))))) + 16;
  const scale = linear([0, Math.max(1, ...rows.map(({ total }) => Number(total)))], [names, width - 220]);
  const height = rows.length * tall;
  return html`<svg class="chart" role="img" aria-label=${words.indices} width=${width} height=${height} viewBox="0 0 ${width} ${height}">
    ${rows.map((row, i) => {
      const y = i * tall + (narrow ? 20 : 0), end = (value) => scale(Math.max(0, Number(value)));
      return html`<g><text class=${narrow ? 'title' : ''} x="0" y=${narrow ? y - 4 : y + ROW / 2} dy=${narrow ? 0 : '.35em'}>${titleOf(axes, row.path, words)}</text>
        <rect class="index total" x=${scale(0)} y=${y + 6} width=${Math.max(1, end(row.total) - scale(0))} height=${ROW - 12} />
        <rect class="index first" x=${scale(0)} y=${y + 11} width=${Math.max(1, end(row.first) - scale(0))} height=${ROW - 22} />
        <text x=${Math.max(end(row.total), end(row.first)) + 8} y=${y + ROW / 2} dy=".35em">${words.first_order} ${decimal(row.first)}
          ${' '}· ${words.total_order} ${decimal(row.total)}</text></g>`;
    })}
  </svg>`;
}

// effect: one of those of sweep.json; axes: all of it.
export function Tornado({ effect, axes, words, beside }) {
  const rows = effect.tornado.map((bar) => [titleOf(axes, bar.path, words), endOf(bar, 'low', words), endOf(bar, 'high', words), decimal(bar.swing)]);
  const [first] = effect.tornado;
  return html`<div>
    <${Figure} words=${words} beside=${beside} say=${words.moves_most(titleOf(axes, first.path, words), decimal(first.low), decimal(first.high))}
      draw=${(width) => drawBars(width, { effect, axes, words })}
      table=${{ head: [words.axis, words.least, words.greatest, words.swing], rows }} />
    ${effect.indices && html`<div class="part"><h3>${words.indices}</h3><${Figure} words=${words} say=${words.indices_say}
      draw=${(width) => drawIndices(width, { effect, axes, words })}
      table=${{ head: [words.axis, words.first_order, words.total_order], rows: effect.indices.map((row) => [titleOf(axes, row.path, words),
        decimal(row.first), decimal(row.total)]) }} /></div>`}
  </div>`;
}
