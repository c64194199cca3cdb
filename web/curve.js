// curve: the landed cost of a unit by quantity for every way at once, and from where on which way is the cheapest.
import { decades, lengthOf, linear, log, spread } from './axis.js';
import { html, Figure } from './html.js';
import { count, money, short } from './number.js';

const LOOKS = 6, TOP = 40, BOTTOM = 48, LEFT = 72, LINE = 18, PHONE = 560;

const nameOf = (way, words) => words.name('channel', way);

// Lines and their ends; what is not open has no point.
function linesOf(points, ways, x, y) {
  return ways.map((way, i) => {
    const at = points.filter(({ cost }) => cost[way] !== null).map(({ quantity, cost }) => [x(quantity), y(Number(cost[way]))]);
    return { way, look: i % LOOKS, at, end: at[at.length - 1] };
  }).filter(({ at }) => at.length > 0);
}

// Above the plot: which way is the cheapest from where to where.
function Band({ ranges, ways, x, words }) {
  return html`<g>${ranges.map(({ from, to, flow }) => {
    const left = x(from), right = x(to), name = flow ? nameOf(flow, words) : words.none_open;
    return html`<g><rect class=${`range ${flow ? `series${ways.indexOf(flow) % LOOKS}` : ''}`} x=${left} y="0"
      width=${Math.max(1, right - left)} height="22"><title>${name}: ${count(from)} – ${count(to)}</title></rect>
      ${lengthOf(name) + 12 < right - left && html`<text class="on-range" x=${(left + right) / 2} y="15" text-anchor="middle">${name}</text>`}</g>`;
  })}</g>`;
}

function draw(width, { curve, ways, words }) {
  const { points, cheapest: ranges, currency } = curve, narrow = width < PHONE;
  const room = narrow ? 12 : Math.max(...ways.map((way) => lengthOf(nameOf(way, words)))) + 32;
  const tall = narrow ? 300 : 380, height = TOP + tall + BOTTOM;
  const costs = points.flatMap(({ cost }) => Object.values(cost)).filter((amount) => amount !== null).map(Number);
  const last = points[points.length - 1].quantity;
  const x = log([points[0].quantity, last], [LEFT, width - room]);
  const [least, most] = [Math.min(...costs), Math.max(...costs)];
  const isWide = least > 0 && most / least > 8; // so wide that it is read in proportions
  const y = (isWide ? log : linear)([isWide ? least * 0.9 : Math.min(0, least), most * 1.04], [TOP + tall, TOP]);
  const lines = linesOf(points, ways, x, y);
  const ends = spread(lines.map(({ end }) => end[1]), LINE, TOP + 6, TOP + tall - 6);
  const ticks = isWide ? decades(y.domain(), 8) : y.ticks(6);
  const starts = ranges.slice(1);
  return html`<svg class="chart" role="img" aria-label=${words.curve_title} width=${width} height=${height} viewBox="0 0 ${width} ${height}">
    <${Band} ranges=${ranges} ways=${ways} x=${x} words=${words} />
    <g class="axis">${ticks.map((tick) => html`<line class="grid" x1=${LEFT} x2=${width - room} y1=${y(tick)} y2=${y(tick)} />
      <text x=${LEFT - 8} y=${y(tick)} dy=".35em" text-anchor="end">${short(tick, currency, words.lang)}</text>`)}
      ${decades(x.domain(), narrow ? 6 : 16).map((tick) => html`<line class="grid" x1=${x(tick)} x2=${x(tick)} y1=${TOP} y2=${TOP + tall} />
      <text x=${x(tick)} y=${TOP + tall + 18} text-anchor="middle">${short(tick, '', words.lang)}</text>`)}
      <text x=${(LEFT + width - room) / 2} y=${TOP + tall + 40} text-anchor="middle">${curve.axis[words.lang]}</text></g>
    ${starts.map(({ from }) => html`<g><line class="crossing" x1=${x(from)} x2=${x(from)} y1="22" y2=${TOP + tall} />
      <text class="amount" x=${x(from) + 5} y=${TOP + 12}>${count(from)}</text></g>`)}
    ${lines.map(({ way, look, at, end }, i) => html`<g>
      <path class=${`series series${look}`} d=${`M${at.map((point) => point.map((part) => part.toFixed(1)).join(',')).join('L')}`} />
      ${at.map(([px, py]) => html`<${Dot} look=${look} x=${px} y=${py} />`)}
      ${!narrow && html`<line class="lead" x1=${end[0] + 5} y1=${end[1]} x2=${end[0] + 14} y2=${ends[i]} />
        <${Dot} look=${look} x=${end[0] + 20} y=${ends[i]} /><text x=${end[0] + 28} y=${ends[i]} dy=".35em">${nameOf(way, words)}</text>`}</g>`)}
  </svg>
  ${narrow && html`<p class="legend">${lines.map(({ way, look }) => html`<span class="key-mark"><svg width="28" height="14" aria-hidden="true">
    <line class=${`series series${look}`} x1="0" x2="28" y1="7" y2="7" /><${Dot} look=${look} x=${14} y=${7} /></svg>${nameOf(way, words)}</span>`)}</p>`}`;
}

// A mark by which a line is known without its colour.
function Dot({ look, x, y }) {
  const cls = `dot series${look}`;
  if (look % 3 === 1) return html`<rect class=${cls} x=${x - 3.5} y=${y - 3.5} width="7" height="7" />`;
  if (look % 3 === 2) return html`<path class=${cls} d="M${x},${y - 4.5}l4.5,8h-9z" />`;
  return html`<circle class=${cls} cx=${x} cy=${y} r="3.5" />`;
}

// curve: what `curve --json` writes.
export function Curve({ curve, words, beside }) {
  const ways = Object.keys(curve.points[0].cost);
  const rows = curve.points.map(({ quantity, cost }) => [count(quantity), ...ways.map((way) => (cost[way] === null ? words.closed
    : money(cost[way], curve.currency)))]);
  const [first, ...rest] = curve.cheapest.filter(({ flow }) => flow);
  const later = rest.map(({ from, flow }) => [count(from), nameOf(flow, words)]);
  const say = first && (curve.over === 'quantity' ? words.cheapest_ways(nameOf(first.flow, words), later)
    : words.cheapest_over(curve.axis[words.lang], nameOf(first.flow, words), later));
  return html`<${Figure} words=${words} beside=${beside} say=${say} draw=${(width) => draw(width, { curve, ways, words })}
    table=${{ head: [curve.axis[words.lang], ...ways.map((way) => nameOf(way, words))], rows }} />`;
}
