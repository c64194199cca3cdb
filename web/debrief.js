// debrief: what came out of a room's rounds: who leads, points round by round, the market, everybody's decisions.
import { linear, spread } from './axis.js';
import { html, Figure, textSize } from './html.js';
import { count } from './number.js';

export const rulesOf = (room, seat) => room.rules.find((rules) => rules.id === seat.rules);
export const yuan = (amount) => `${amount < 0 ? '−' : ''}¥${count(Math.abs(amount))}`;

const nameOf = (room, seat, say) => `${seat.is_bot ? say.bot : seat.name} · ${say.of(rulesOf(room, seat).title)}`
  + `${room.seats.length > 5 ? ` · ${say.table} ${seat.table}` : ''}`;

const ranked = (room) => [...room.seats].sort((a, b) => b.points - a.points || a.seat - b.seat);

// Bars of the sums of points. most: so many at most.
export function Ranking({ room, say, most }) {
  const seats = ranked(room).slice(0, most), top = Math.max(1, ...seats.map((seat) => seat.points));
  const draw = (width) => {
    const size = textSize(), row = size + 22, names = Math.min(width * 0.55, size * 25);
    const scale = linear([0, top], [0, Math.max(40, width - names - size * 5)]);
    return html`<svg class="chart ranking" width=${width} height=${row * seats.length} viewBox=${`0 0 ${width} ${row * seats.length}`}
      role="img" aria-label=${say.ranking}>${seats.map((seat, i) => html`<g>
        <text x="0" y=${i * row + row / 2} dy=".35em">${i + 1}. ${nameOf(room, seat, say)}</text>
        <rect class="block ${seat.is_bot ? 'plain' : 'best-block'}" x=${names} y=${i * row + 6} width=${Math.max(1, scale(Math.max(0, seat.points)))}
          height=${row - 12} /><text class="amount" x=${names + scale(Math.max(0, seat.points)) + 8} y=${i * row + row / 2} dy=".35em">
          ${seat.points}</text></g>`)}</svg>`;
  };
  const table = { head: [say.team, say.points], rows: seats.map((seat) => [nameOf(room, seat, say), String(seat.points)]) };
  return html`<section><h2>${say.ranking}</h2><${Figure} say=${seats[0] && say.leads(nameOf(room, seats[0], say), seats[0].points)}
    note=${say.choices_note} draw=${draw} table=${table} words=${say} /></section>`;
}

const LINES = 6, HEIGHT = 260;

// Points of the first six, round by round.
export function Trend({ room, say }) {
  const seats = ranked(room).slice(0, LINES), rounds = room.history;
  if (rounds.length < 2) return null;
  const values = seats.map((seat) => rounds.map((round) => round.seats[seat.seat].points));
  const all = values.flat(), low = Math.min(0, ...all), high = Math.max(...all, 1);
  const draw = (width) => {
    const right = Math.min(220, width * 0.42);
    const x = linear([1, rounds.length], [36, width - right]), y = linear([low, high], [HEIGHT - 28, 12]);
    const places = spread(values.map((line) => y(line[line.length - 1])), 18, 12, HEIGHT - 20);
    return html`<svg class="chart" width=${width} height=${HEIGHT} viewBox=${`0 0 ${width} ${HEIGHT}`} role="img"
      aria-label=${say.points_by_round}>
      <g class="axis">${[low, Math.round((low + high) / 2), high].map((tick) => html`<line class="grid" x1="36" x2=${width - right}
        y1=${y(tick)} y2=${y(tick)} /><text x="30" y=${y(tick)} dy=".35em" text-anchor="end">${tick}</text>`)}
        ${rounds.map((round) => html`<text x=${x(round.round)} y=${HEIGHT - 6} text-anchor="middle">${round.round}</text>`)}</g>
      ${values.map((line, i) => html`<path class=${`series series${i}`} d=${`M${line.map((value, n) => `${x(n + 1)} ${y(value)}`).join('L')}`} />
        <text x=${width - right + 8} y=${places[i]} dy=".35em">${nameOf(room, seats[i], say)}</text>`)}</svg>`;
  };
  const table = {
    head: [say.team, ...rounds.map((round) => String(round.round))],
    rows: seats.map((seat, i) => [nameOf(room, seat, say), ...values[i].map(String)]),
  };
  return html`<section><h2>${say.points_by_round}</h2><${Figure} draw=${draw} table=${table} words=${say} /></section>`;
}

export function Market({ room, say }) {
  const many = room.seats.length > 5;
  return html`<section><h2>${say.market}</h2><div class="wide" tabindex="0"><table><thead><tr><th scope="col">${say.rounds}</th>
    ${many && html`<th scope="col">${say.table}</th>`}<th scope="col">${say.orders}</th><th scope="col">${say.revenue}</th>
    <th scope="col">${say.waiting}</th></tr></thead><tbody>${room.history.map((round) => round.tables.map((table) => html`<tr>
      <th scope="row">${round.round}</th>${many && html`<td class="number">${table.table}</td>`}
      <td class="number">${count(table.orders)}</td><td class="number">${yuan(table.revenue)}</td>
      <td class="number">${table.waiting_hours}</td></tr>`))}</tbody></table></div></section>`;
}

const decided = (rules, values, say) => rules.decisions.map((decision) => {
  const value = values[decision.id];
  return `${say.of(decision.title)} ${decision.choices ? say.of(decision.choices[value].title).split(/[:：]/)[0]
    : `${value} ${say.of(decision.unit)}`}`;
}).join(say.lang === 'zh' ? '；' : '; ');

// What everybody decided, round by round, with what came of it.
export function Choices({ room, say }) {
  return html`<section><h2>${say.choices}</h2><div class="wide" tabindex="0"><table class="choices"><thead><tr>
    <th scope="col">${say.team}</th>${room.history.map((round) => html`<th scope="col" class="text">${say.round_of(round.round, room.rounds)}</th>`)}
    </tr></thead><tbody>${room.seats.map((seat) => html`<tr><th scope="row">${nameOf(room, seat, say)}</th>
      ${room.history.map((round) => {
        const own = round.seats[seat.seat];
        return html`<td class="text">${decided(rulesOf(room, seat), own.values, say)}<br /><b>${own.points}</b> · ${yuan(own.result)}
          ${own.by_bot && !seat.is_bot && html`<span class="dim"> · ${say.by_bot}</span>`}</td>`;
      })}</tr>`)}</tbody></table></div></section>`;
}
