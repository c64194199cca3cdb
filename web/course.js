// course: how a live session went, day by day: orders on their way, those that wait, what treasuries received.
import { Left, linear } from './axis.js';
import { html, Figure, textSize } from './html.js';
import { count, money } from './number.js';

const DAY_MS = 86400000, TALL = 96, HEAD = 44, FOOT = 28;

const figuresOf = (currency, words) => [
  { id: 'open', title: words.on_their_way, text: (point) => count(point.open) },
  { id: 'waiting', title: words.waiting_now, text: (point) => count(point.waiting) },
  { id: 'treasuries', title: words.received, text: (point) => money(point.treasuries, currency), currency },
];

const dayOf = (text) => Date.parse(`${text.slice(0, 10)}T00:00:00Z`) / DAY_MS;

// Days that stand below the drawing, `most` of them at most.
function ticksOf(first, last, most) {
  const step = Math.max(1, Math.ceil((last - first) / most)), out = [];
  for (let day = first; day <= last; day += step) out.push(day);
  return out;
}

function Panel({ figure, points, x, top, left, width, size, words }) {
  const values = points.map((point) => Number(point[figure.id])), last = points[points.length - 1];
  const y = linear([Math.min(0, ...values), Math.max(4, ...values)], [top + TALL, top]).nice(3);
  const line = points.map((point, i) => `${i ? 'L' : 'M'}${x(dayOf(point.time))} ${y(values[i])}`).join('');
  return html`<g><text class="title" x="0" y=${top - size}>${figure.title} <tspan class="note">${figure.text(last)}</tspan></text>
    <${Left} scale=${y} ticks=${y.ticks(size > 13 ? 2 : 3).filter((tick) => figure.currency || Number.isInteger(tick))} from=${left} to=${width} currency=${figure.currency} words=${words} />
    <path class="series series2 whole" d=${line} /><circle class="net" cx=${x(dayOf(last.time))} cy=${y(values[values.length - 1])} r="4" /></g>`;
}

function draw(width, { points, changes, currency, words }) {
  const size = textSize(), k = size / 13, left = size * 5.5, row = TALL + HEAD * k;
  const first = dayOf(points[0].time), last = Math.max(first + 1, dayOf(points[points.length - 1].time));
  const x = linear([first, last], [left, width - 8]), figures = figuresOf(currency, words), bottom = row * figures.length;
  const height = bottom + FOOT * k, day = (number) => new Date(number * DAY_MS).toISOString().slice(5, 10);
  return html`<svg class="chart course" role="img" aria-label=${words.course} width=${width} height=${height}
      viewBox="0 0 ${width} ${height}">
    ${changes.map((change) => dayOf(change) >= first && dayOf(change) <= last && html`<line class="crossing" x1=${x(dayOf(change))}
      x2=${x(dayOf(change))} y1=${HEAD * k} y2=${bottom} />`)}
    ${figures.map((figure, i) => html`<${Panel} figure=${figure} points=${points} x=${x} top=${row * i + HEAD * k} left=${left}
      width=${width} size=${size} words=${words} />`)}
    <g class="axis">${ticksOf(first, last, (width - left) / (size * 5)).map((number) => html`<text x=${x(number)} y=${bottom + size * 1.5}
      text-anchor="middle">${day(number)}</text>`)}</g>
  </svg>`;
}

// points: { time, open, waiting, treasuries }, one a day; changes: the days on which something was changed.
export function Course({ points, changes, currency, words }) {
  if (points.length < 2) return html`<p class="dim">${words.course_soon}</p>`;
  const figures = figuresOf(currency, words);
  const shown = points.filter((point, i) => i === points.length - 1 || point.time.slice(0, 7) !== points[i + 1].time.slice(0, 7));
  const table = { head: [words.day, ...figures.map(({ title }) => title)],
    rows: shown.map((point) => [point.time.slice(0, 10), ...figures.map(({ text }) => text(point))]) };
  return html`<${Figure} say=${words.course} words=${words} table=${table}
    draw=${(width) => draw(width, { points, changes, currency, words })} />`;
}
