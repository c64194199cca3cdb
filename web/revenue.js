// revenue: what each treasury received month by month, tax by tax, less what it gave back.
import { Left, lengthOf, linear } from './axis.js';
import { html, Figure } from './html.js';
import { money } from './number.js';

const LEFT = 72, HEAD = 28, LINE = 22, TALL = 180, BOTTOM = 48, SHOWN = 6, LOOKS = 6; // LOOKS: .tax0 … .tax5

// All months from the first to the last, "2024-11".
function calendar(treasuries) {
  const named = treasuries.flatMap(({ months }) => months.map(({ month }) => month)).sort();
  const out = [];
  let [year, month] = named[0].split('-').map(Number);
  for (;;) {
    const text = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`;
    out.push(text);
    if (text >= named[named.length - 1]) return out;
    [year, month] = month === 12 ? [year + 1, 1] : [year, month + 1];
  }
}

const kindsOf = (treasury) => Object.keys(treasury.taxes)
  .sort((a, b) => Math.abs(Number(treasury.taxes[b])) - Math.abs(Number(treasury.taxes[a])));

const lookOf = (i, kinds) => (kinds.length > LOOKS ? Math.min(i, LOOKS - 1) : i); // the smaller ones share the last

// What each look means, line by line: { look, name, x, line }; the last of them is the net.
function legendOf(treasury, width, words) {
  const kinds = kindsOf(treasury), own = kinds.length > LOOKS ? LOOKS - 1 : kinds.length;
  const names = kinds.slice(0, own).map((kind) => words.name('kind', kind));
  if (own < kinds.length) names.push(words.other_taxes);
  let x = 0, line = 0;
  return [...names, words.net].map((name, i) => {
    const room = 20 + lengthOf(name) + 20;
    if (x > 0 && x + room > width) [x, line] = [0, line + 1];
    x += room;
    return { look: i < names.length ? i : null, name, x: x - room, line };
  });
}

const topOf = (legend) => HEAD + LINE * (legend[legend.length - 1].line + 1) + 8;

function Panel({ treasury, months, legend, y, width, currency, words }) {
  const kinds = kindsOf(treasury), TOP = topOf(legend), at = Object.fromEntries(treasury.months.map((month) => [month.month, month]));
  const stack = (sign) => treasury.months.map(({ taxes }) => Object.values(taxes)
    .reduce((sum, amount) => sum + Math.max(sign * Number(amount), 0), 0));
  const domain = [-Math.max(...stack(-1), 0), Math.max(...stack(1), 0)];
  const scale = linear(domain, [y + TOP + TALL, y + TOP]).nice(4);
  const step = (width - LEFT) / months.length, bar = Math.max(2, Math.min(40, step * 0.72));
  const every = Math.ceil(months.length / Math.max(1, Math.floor((width - LEFT) / 56)));
  const x = (i) => LEFT + step * (i + 0.5);
  return html`<g>
    <text class="title" x="0" y=${y + 16}>${words.name('party', treasury.id)}
      <tspan class="note"> ${money(treasury.net, currency)}</tspan></text>
    ${legend.map((item) => html`<g>${item.look === null
      ? html`<circle class="net" cx=${item.x + 7} cy=${y + HEAD + LINE * item.line + 5} r="4" />`
      : html`<rect class="tax tax${item.look}" x=${item.x} y=${y + HEAD + LINE * item.line - 1} width="14" height="12" />`}
      <text class="note" x=${item.x + 20} y=${y + HEAD + LINE * item.line + 10}>${item.name}</text></g>`)}
    <${Left} scale=${scale} ticks=${scale.ticks(4)} from=${LEFT} to=${width} currency=${currency} words=${words} />
    ${months.map((month, i) => {
      if (!at[month]) return null;
      let up = 0, down = 0;
      return html`<g>${kinds.map((kind, k) => {
        const value = Number(at[month].taxes[kind] || 0);
        if (value === 0) return null;
        const low = value > 0 ? up : down + value, high = value > 0 ? up + value : down;
        if (value > 0) up = high; else down = low;
        return html`<rect class="tax tax${lookOf(k, kinds)}" x=${x(i) - bar / 2} y=${scale(high)} width=${bar}
          height=${Math.max(0.5, scale(low) - scale(high))}><title>${month} · ${words.name('kind', kind)}
          ${' '}${money(at[month].taxes[kind], currency)}</title></rect>`;
      })}<circle class="net" cx=${x(i)} cy=${scale(Number(at[month].net))} r=${Math.min(4, bar / 2)}>
        <title>${month} · ${words.net} ${money(at[month].net, currency)}</title></circle></g>`;
    })}
    <g class="axis">${months.map((month, i) => i % every === 0 && html`<text x=${x(i)} y=${y + TOP + TALL + 18}
      text-anchor="middle">${month}</text>`)}</g>
  </g>`;
}

function draw(width, { shown, months, currency, words }) {
  let height = 0;
  const panels = shown.map((treasury) => {
    const legend = legendOf(treasury, width, words), y = height;
    height += topOf(legend) + TALL + BOTTOM;
    return { treasury, legend, y };
  });
  return html`<svg class="chart" role="img" aria-label=${words.revenue_title} width=${width} height=${height}
    viewBox="0 0 ${width} ${height}"><${Patterns} />
    ${panels.map((panel) => html`<${Panel} ...${panel} months=${months} width=${width}
      currency=${currency} words=${words} />`)}</svg>`;
}

// Series that can be told apart without colour: plain, hatched, dotted, lined.
export function Patterns() {
  return html`<defs>
    <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect class="pattern-ground" width="6" height="6" /><rect class="pattern-mark" width="2" height="6" /></pattern>
    <pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse">
      <rect class="pattern-ground" width="6" height="6" /><circle class="pattern-mark" cx="3" cy="3" r="1.4" /></pattern>
    <pattern id="lines" width="6" height="4" patternUnits="userSpaceOnUse">
      <rect class="pattern-ground" width="6" height="4" /><rect class="pattern-mark" width="6" height="1.5" /></pattern>
  </defs>`;
}

export function Revenue({ treasuries, currency, beside, words }) {
  const some = treasuries.filter(({ months }) => months.length > 0)
    .sort((a, b) => Math.abs(Number(b.net)) - Math.abs(Number(a.net)));
  if (some.length === 0) return null;
  const months = calendar(some), shown = some.slice(0, SHOWN);
  const rows = some.flatMap((treasury) => treasury.months.map((month) => [words.name('party', treasury.id), month.month,
    money(month.net, currency), Object.entries(month.taxes).map(([kind, amount]) => `${words.name('kind', kind)} ${money(amount, currency)}`)
      .join(words.comma)]));
  return html`<${Figure} words=${words} beside=${beside} say=${words.revenue_of(words.name('party', some[0].id), money(some[0].net, currency))}
    note=${some.length > SHOWN && words.largest_only}
    draw=${(width) => draw(width, { shown, months, currency, words })}
    table=${{ head: [words.treasury, words.month, words.net, words.taxes], rows }} />`;
}
