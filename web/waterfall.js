// waterfall: how the landed cost of a unit builds up, channel by channel: goods, the three layers, margin, price.
import { linear } from './axis.js';
import { html, Figure, textSize } from './html.js';
import { money } from './number.js';

const STEPS = ['goods', 'law', 'trade', 'logistics', 'landed', 'margin', 'buyers_paid'];
const SUMS = ['landed', 'buyers_paid']; // they begin at nothing again

// Where each bar begins and ends.
export function barsOf(unit) {
  let at = 0;
  return STEPS.map((step) => {
    const value = Number(unit[step]), from = SUMS.includes(step) ? 0 : at;
    at = SUMS.includes(step) ? value : at + value;
    return { step, value, from: Math.min(from, at), to: Math.max(from, at), end: at };
  });
}

const nameOf = (step, words) => ({
  goods: words.goods, landed: words.landed, margin: words.margin, buyers_paid: words.price_paid,
}[step] || words.name('layer', step));

// By the height of a text.
const sizes = () => {
  const size = textSize();
  return { row: size * 2 + 2, head: size + 19, labels: size * 7.4, amount: size * 6.5 };
};

function Panel({ channel, x, y, width, domain, currency, words }) {
  const { row, head, labels, amount } = sizes(), scale = linear(domain, [x + labels, x + width - amount]);
  const bars = barsOf(channel.per_unit);
  return html`<g>
    <text class="title" x=${x} y=${y + head / 2}>${words.name('channel', channel.id)}</text>
    <line class="zero" x1=${scale(0)} x2=${scale(0)} y1=${y + head} y2=${y + head + row * bars.length} />
    ${bars.map((bar, i) => {
      const top = y + head + i * row, isSum = SUMS.includes(bar.step), middle = top + row / 2;
      return html`
        <text class=${isSum ? 'amount' : ''} x=${x} y=${middle} dy=".35em">${nameOf(bar.step, words)}</text>
        <rect class="block ${isSum ? 'sum' : bar.step}${bar.value < 0 ? ' back' : ''}" x=${scale(bar.from)} y=${top + 5}
          width=${Math.max(1, scale(bar.to) - scale(bar.from))} height=${row - 10} />
        ${i + 1 < bars.length && html`<line class="join" x1=${scale(bar.end)} x2=${scale(bar.end)}
          y1=${top + row - 5} y2=${top + row + 5} />`}
        <text class=${isSum ? 'amount' : ''} x=${scale(bar.to) + 6} y=${middle} dy=".35em">
          ${money(channel.per_unit[bar.step], currency)}</text>`;
    })}
  </g>`;
}

function draw(width, { channels, currency, words }) {
  const columns = Math.max(1, Math.min(channels.length, 3, Math.floor(width / (textSize() * 23))));
  const panel = (width - 32 * (columns - 1)) / columns, { row, head } = sizes(), tall = head + row * STEPS.length + 24;
  const height = tall * Math.ceil(channels.length / columns);
  const all = channels.flatMap((channel) => barsOf(channel.per_unit));
  const domain = [Math.min(0, ...all.map((bar) => bar.from)), Math.max(...all.map((bar) => bar.to))];
  return html`<svg class="chart" role="img" aria-label=${words.unit_title} width=${width} height=${height}
    viewBox="0 0 ${width} ${height}">${channels.map((channel, i) => html`<${Panel} channel=${channel}
      x=${(i % columns) * (panel + 32)} y=${Math.floor(i / columns) * tall} width=${panel} domain=${domain}
      currency=${currency} words=${words} />`)}</svg>`;
}

// channels: those of a summary; without those of which nothing ended.
export function BuildUp({ channels, currency, beside, words }) {
  const some = channels.filter((channel) => channel.units > 0);
  if (some.length === 0) return null;
  const name = (channel) => words.name('channel', channel.id);
  const sorted = [...some].sort((a, b) => Number(a.per_unit.landed) - Number(b.per_unit.landed));
  const [least, most] = [sorted[0], sorted[sorted.length - 1]];
  const rows = STEPS.map((step) => [nameOf(step, words), ...some.map((channel) => money(channel.per_unit[step], currency))]);
  return html`<${Figure} words=${words} beside=${beside}
    say=${words.unit_costs(name(least), money(least.per_unit.landed, currency), name(most),
      money(most.per_unit.landed, currency), some.length)}
    draw=${(width) => draw(width, { channels: some, currency, words })}
    table=${{ head: ['', ...some.map(name)], rows }} />`;
}
