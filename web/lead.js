// lead: how long from placed to delivered, channel by channel: the distribution, its median, what 95 % stay within.
import { hourTicks, log } from './axis.js';
import { html, Figure } from './html.js';
import { count, span } from './number.js';

const ROW = 72, LEFT = 132, TOP = 8, BOTTOM = 28, PHONE = 560;

function Row({ channel, y, scale, narrow, words }) {
  const bins = channel.lead_histogram, { p50, p95 } = channel.lead_hours;
  const from = (bin) => Math.max(Number(bin.from), scale.domain()[0]);
  const height = (bin) => bin.count / Math.log(Number(bin.to) / from(bin)); // area, not height, is the share
  const most = Math.max(...bins.map(height)), tall = narrow ? ROW - 40 : ROW - 20, base = y + ROW - 8;
  const mark = (hours, look) => Number(hours) > 0 && html`<line class=${`mark ${look}`} x1=${scale(Number(hours))}
    x2=${scale(Number(hours))} y1=${base - tall - 4} y2=${base} />`;
  const facts = `${words.median} ${span(p50, words.lang)} · ${words.p95} ${span(p95, words.lang)}`;
  return html`<g>
    <line class="zero" x1=${scale.range()[0]} x2=${scale.range()[1]} y1=${base} y2=${base} />
    ${bins.map((bin) => html`<rect class="block plain" x=${scale(from(bin))} y=${base - (tall * height(bin)) / most}
      width=${Math.max(1, scale(Number(bin.to)) - scale(from(bin)) - 1)} height=${(tall * height(bin)) / most} />`)}
    ${mark(p50, 'p50')}${mark(p95, 'p95')}
    ${narrow
      ? html`<text class="title" x="0" y=${y + 12}>${words.name('channel', channel.id)}<tspan class="note"> ${facts}</tspan></text>`
      : html`<text class="title" x="0" y=${base - 34}>${words.name('channel', channel.id)}</text>
        <text class="note" x="0" y=${base - 16}>${words.median} ${span(p50, words.lang)}</text>
        <text class="note" x="0" y=${base}>${words.p95} ${span(p95, words.lang)}</text>`}
  </g>`;
}

function draw(width, { channels, words }) {
  const narrow = width < PHONE, left = narrow ? 0 : LEFT + 32;
  const ends = channels.flatMap(({ lead_histogram: bins }) => [Number(bins[0].from), Number(bins[bins.length - 1].to)]);
  const domain = [Math.max(0.1, Math.min(...ends)), Math.max(...ends)];
  const scale = log(domain, [left + 4, width - 4]);
  const low = TOP + channels.length * ROW, height = low + BOTTOM;
  const ticks = hourTicks(domain).filter((tick, i, all) => i === 0 || scale(tick) - scale(all[i - 1]) > 44);
  return html`<svg class="chart" role="img" aria-label=${words.lead_title} width=${width} height=${height}
    viewBox="0 0 ${width} ${height}">
    <g class="axis">${ticks.map((tick) => html`<line class="grid" x1=${scale(tick)} x2=${scale(tick)} y1=${TOP} y2=${low} />
      <text x=${scale(tick)} y=${low + 18} text-anchor="middle">${words.hours(tick)}</text>`)}</g>
    ${channels.map((channel, i) => html`<${Row} channel=${channel} y=${TOP + i * ROW} scale=${scale} narrow=${narrow}
      words=${words} />`)}
  </svg>`;
}

export function Lead({ channels, beside, words }) {
  const some = channels.filter((channel) => channel.lead_histogram.length > 0);
  if (some.length === 0) return null;
  const { lang } = words;
  const name = (channel) => words.name('channel', channel.id);
  const sorted = [...some].sort((a, b) => Number(a.lead_hours.p50) - Number(b.lead_hours.p50));
  const rows = some.map((channel) => [name(channel), count(channel.lead_histogram.reduce((sum, bin) => sum + bin.count, 0)),
    ...['mean', 'p50', 'p95'].map((part) => span(channel.lead_hours[part], lang))]);
  return html`<${Figure} words=${words} beside=${beside} draw=${(width) => draw(width, { channels: some, words })}
    say=${words.lead_times(name(sorted[0]), span(sorted[0].lead_hours.p50, lang), name(sorted[sorted.length - 1]),
      span(sorted[sorted.length - 1].lead_hours.p50, lang), some.length)}
    table=${{ head: ['', words.delivered, words.mean, words.median, words.p95], rows }} />`;
}
