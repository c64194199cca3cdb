// axis: scales and what is drawn along them: ticks that are read at a glance, labels that do not lie on each other.
import { scaleLinear, scaleLog } from 'd3-scale';
import { html } from './html.js';
import { short } from './number.js';

export const linear = (domain, range) => scaleLinear(domain, range);
export const log = (domain, range) => scaleLog(domain, range);

// 1, 2, 5, 10, … inside a domain; every third of them (1, 10, 100) where there is little room.
export function decades([low, high], most) {
  const all = [];
  for (let ten = 10 ** Math.floor(Math.log10(low)); ten <= high; ten *= 10) {
    for (const step of [1, 2, 5]) if (ten * step >= low * 0.999 && ten * step <= high * 1.001) all.push(ten * step);
  }
  return all.length <= most ? all : all.filter((value) => Math.log10(value) % 1 === 0);
}

const HOURS = [0.25, 1, 3, 6, 12, 24, 72, 168, 336, 720, 1440, 2160, 4320];
export const hourTicks = ([low, high]) => HOURS.filter((hours) => hours >= low && hours <= high);

// Horizontal grid lines with amounts left of them.
export function Left({ scale, ticks, from, to, currency, words }) {
  return html`<g class="axis">${ticks.map((tick) => html`
    <line class=${tick === 0 ? 'zero' : 'grid'} x1=${from} x2=${to} y1=${scale(tick)} y2=${scale(tick)} />
    <text x=${from - 8} y=${scale(tick)} dy=".35em" text-anchor="end">${short(tick, currency, words.lang)}</text>`)}</g>`;
}

// Vertical grid lines with texts below them.
export function Bottom({ scale, ticks, from, to, text }) {
  return html`<g class="axis">${ticks.map((tick) => html`
    <line class=${tick === 0 ? 'zero' : 'grid'} x1=${scale(tick)} x2=${scale(tick)} y1=${from} y2=${to} />
    <text x=${scale(tick)} y=${to + 18} text-anchor="middle">${text(tick)}</text>`)}</g>`;
}

// Moves places apart, keeping their order, until each has its room; they stay within [low, high].
export function spread(places, room, low, high) {
  const order = places.map((y, i) => ({ y, i })).sort((a, b) => a.y - b.y);
  order.forEach((item, i) => { item.y = Math.max(item.y, i === 0 ? low : order[i - 1].y + room); });
  for (let i = order.length - 1; i >= 0; i--) {
    order[i].y = Math.min(order[i].y, i === order.length - 1 ? high : order[i + 1].y - room);
  }
  const out = [];
  for (const { y, i } of order) out[i] = y;
  return out;
}

// How long a text will be: Chinese signs are as wide as they are high.
export function lengthOf(text, size = 13) {
  let units = 0;
  for (const sign of text) units += sign.codePointAt(0) > 0x2e80 ? 1 : 0.56;
  return units * size;
}
