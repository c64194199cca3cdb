// effect: what a reform changes, figure by figure: before, after, the difference with its 95 % interval; behaviour
// held fixed beside behaviour that responds.
import { lengthOf, linear } from './axis.js';
import { html, Behind, Beside, Figure } from './html.js';
import { count, money, rounded, share, short, signed, span } from './number.js';

const ANSWERS = ['static', 'dynamic'];
const LAYERS = ['law', 'trade', 'logistics'], COLUMNS = ['export_retail', 'general_trade', 'import_retail'];

const text = (value, unit, currency, lang) => {
  if (value === null || value === undefined) return '–';
  if (unit === '1') return count(value);
  if (unit === 'share') return share(value);
  return unit === 'h' ? span(value, lang) : money(rounded(value, unit), unit);
};

// Rows of a picture: the figures of both answers that are of the same thing.
export function rowsOf(reform, wanted) {
  const rows = new Map();
  for (const answer of ANSWERS) {
    for (const figure of reform[answer] ? reform[answer].figures : []) {
      if (!wanted(figure)) continue;
      const id = `${figure.group}.${figure.id}.${figure.figure}`;
      if (!rows.has(id)) rows.set(id, { ...figure, answers: [] });
      rows.get(id).answers.push({ answer, ...figure });
    }
  }
  return [...rows.values()];
}

const isChanged = (row) => row.answers.some(({ difference }) => difference === null || Number(difference) !== 0);

const LINE = 22, NAME = 240, PLOT = 280; // pixels: of a line, a name and a plot beside its texts at least

// A name that is too long for its place.
function cut(name, room) {
  let most = name.length;
  while (lengthOf(name.slice(0, most)) > room) most--;
  return most < name.length ? `${name.slice(0, most - 1)}…` : name;
}

function values(row, currency, lang) {
  const last = row.answers[row.answers.length - 1];
  return `${text(last.before, row.unit, currency, lang)} → ${text(last.after, row.unit, currency, lang)}`;
}

function Mark({ line, scale, y, size = 5 }) {
  if (line.difference === null) return null;
  const at = scale(Number(line.difference)), [low, high] = line.ci95.map((end) => scale(Number(end)));
  return html`<g class=${`effect ${line.answer}`}>
    <line class="stem" x1=${scale(0)} x2=${at} y1=${y} y2=${y} />
    ${line.ci95.length === 2 && html`<rect class="band" x=${Math.min(low, high)} y=${y - 7} width=${Math.max(2, high - low)} height="14" />`}
    <circle cx=${at} cy=${y} r=${size} />
  </g>`;
}

const interval = (line, unit, currency, lang) => (line.ci95.length === 2
  ? ` [${line.ci95.map((end) => text(end, unit, currency, lang)).join(', ')}]` : '');

function Row({ row, y, scale, width, narrow, name, currency, words }) {
  const { lang } = words, { unit } = row;
  const change = (line) => signed(text(line.difference, unit, currency, lang), line.difference);
  if (narrow) {
    return html`<g><text class="title" x="0" y=${y + 14}>${cut(row[lang], name)}</text>
      ${row.answers.map((line, i) => html`<${Mark} line=${line} scale=${scale} y=${y + 32 + i * LINE} />
        <text x=${width} y=${y + 32 + i * LINE} dy=".35em" text-anchor="end" class="amount">${change(line)}</text>`)}</g>`;
  }
  const middle = y + (LINE * row.answers.length) / 2, [from, to] = scale.range();
  return html`<g>
    <text x="0" y=${middle} dy=".35em">${cut(row[lang], name)}</text>
    <text class="note" x=${from - 24} y=${middle} dy=".35em" text-anchor="end">${values(row, currency, lang)}</text>
    ${row.answers.map((line, i) => html`<${Mark} line=${line} scale=${scale} y=${y + LINE * (i + 0.5)} />
      <text x=${to + 16} y=${y + LINE * (i + 0.5)} dy=".35em"><tspan class="amount">${change(line)}</tspan><tspan class="note">
        ${interval(line, unit, currency, lang)}</tspan></text>`)}
    <line class="grid" x1="0" x2=${width} y1=${y + LINE * row.answers.length + 4} y2=${y + LINE * row.answers.length + 4} />
  </g>`;
}

// Where the plot is: between the texts, or where they leave too little, below the names.
function plotOf(width, rows, currency, lang) {
  const longest = (textsOf) => Math.max(...rows.flatMap(textsOf).map((part) => lengthOf(part)));
  const change = (row) => row.answers.map((line) => `+${text(line.difference, row.unit, currency, lang)}`);
  const to = width - longest((row) => row.answers.map((line, i) => change(row)[i] + interval(line, row.unit, currency, lang))) - 24;
  const texts = longest((row) => [values(row, currency, lang)]) + 56;
  const name = Math.min(longest((row) => [row[lang]]), Math.max(NAME, to - texts - PLOT));
  return to - texts - name >= PLOT - 80 ? [texts + name, to, false, name] : [8, width - longest(change) - 24, true, width];
}

function draw(width, { rows, currency, words, label }) {
  const [from, to, narrow, name] = plotOf(width, rows, currency, words.lang);
  const ends = rows.flatMap((row) => row.answers.flatMap((line) => [line.difference, ...line.ci95]).map(Number));
  const scale = linear([Math.min(0, ...ends), Math.max(0, ...ends)], [from, to]);
  const tall = (row) => LINE * row.answers.length + (narrow ? 28 : 8);
  let at = 28;
  const placed = rows.map((row) => {
    at += tall(row);
    return { row, y: at - tall(row) };
  });
  const { unit } = rows[0];
  const ticks = scale.ticks(narrow ? 2 : 4);
  const mark = (tick) => (unit === 'share' ? share(String(tick)) : short(tick, unit === '1' ? '' : currency, words.lang));
  return html`<svg class="chart" role="img" aria-label=${label} width=${width} height=${at} viewBox="0 0 ${width} ${at}">
    <g class="axis">${ticks.map((tick) => html`<line class=${tick === 0 ? 'zero' : 'grid'} x1=${scale(tick)} x2=${scale(tick)} y1="24" y2=${at} />
      <text x=${scale(tick)} y="14" text-anchor="middle">${tick > 0 ? '+' : ''}${mark(tick)}</text>`)}</g>
    ${placed.map(({ row, y }) => html`<${Row} row=${row} y=${y} scale=${scale} width=${width} narrow=${narrow}
      name=${name} currency=${currency} words=${words} />`)}
  </svg>`;
}

// What no answer changes is named, not drawn.
function Forest({ title, rows: all, currency, words, beside }) {
  const rows = all.filter(isChanged), still = all.filter((row) => !isChanged(row));
  if (rows.length === 0) return null;
  const { lang } = words;
  const table = rows.flatMap((row) => row.answers.map((line) => [`${row[lang]} · ${words.name('answer', line.answer)}`,
    ...['before', 'after', 'difference'].map((part) => text(line[part], row.unit, currency, lang)),
    line.ci95.map((end) => text(end, row.unit, currency, lang)).join(' … ')]));
  return html`<div class="part"><h3>${title}</h3><${Figure} words=${words} beside=${beside}
    draw=${(width) => draw(width, { rows, currency, words, label: title })}
    note=${still.length > 0 && `${words.unchanged_are}${still.map((row) => row[lang]).join(words.comma)}`}
    table=${{ head: ['', words.before, words.after, words.difference, words.interval], rows: table }} /></div>`;
}

// The nine nodes by what changes in the cost of an order.
function Change({ rows, currency, words }) {
  const { lang } = words;
  const at = Object.fromEntries(rows.map((row) => [row.id, row.answers[row.answers.length - 1]]));
  const most = Math.max(...Object.values(at).map((line) => Math.abs(Number(line.difference))), 1e-9);
  const heat = (line) => {
    const size = Math.abs(Number(line.difference));
    return size === 0 ? 0 : 1 + Math.min(4, Math.floor((5 * size) / most * 0.9999));
  };
  return html`<div class="matrix"><div class="corner"></div>
    ${COLUMNS.map((column) => html`<div class="column"><b>${words.name('column', column)}</b></div>`)}
    ${LAYERS.map((layer) => [html`<div class=${`layer ${layer}`}>${words.name('layer', layer)}</div>`,
      ...COLUMNS.map((column) => {
        const id = `${layer}.${column}`, line = at[id], name = html`<span class="name">${words.name('node', id)}</span>`;
        if (!line || line.difference === null) return html`<div class="node none">${name}<span class="more">${words.not_used}</span></div>`;
        const amount = (value) => text(value, line.unit, currency, lang);
        if (Number(line.difference) === 0) return html`<div class="node none">${name}<span class="more">${words.unchanged} ${amount(line.after)}</span></div>`;
        return html`<div class=${`node ${layer}${heat(line)}`}>${name}
          <span class="sum">${signed(amount(line.difference), line.difference)}</span>
          <span class="more">${amount(line.before)} → ${amount(line.after)}</span>
          ${line.ci95.length === 2 && html`<span class="more">[${line.ci95.map(amount).join(', ')}]</span>`}</div>`;
      })])}
  </div>`;
}

const SIDES = [['pay_more', 'more'], ['pay_the_same', 'same'], ['pay_less', 'less']];

function drawSides(width, { reform, words }) {
  const answers = ANSWERS.filter((answer) => reform[answer]), tall = 64;
  return html`<svg class="chart" role="img" aria-label=${words.sides_title} width=${width} height=${tall * answers.length}
    viewBox="0 0 ${width} ${tall * answers.length}">${answers.map((answer, i) => {
      const { orders } = reform[answer];
      const size = (part) => (typeof orders[part] === 'object' ? orders[part].orders : orders[part]);
      const all = SIDES.reduce((sum, [part]) => sum + size(part), 0) || 1;
      let from = 0;
      return html`<g><text x="0" y=${i * tall + 16}>${words.name('answer', answer)}
        <tspan class="note"> ${words.pay_more} ${share(orders.pay_more.share)} · ${words.pay_less} ${share(orders.pay_less.share)}</tspan></text>
        ${SIDES.map(([part, look]) => {
          const x = from, wide = (width * size(part)) / all;
          from += wide;
          return size(part) > 0 && html`<rect class=${`side ${look}`} x=${x} y=${i * tall + 24} width=${Math.max(1, wide - 2)} height="20">
            <title>${words[part]} ${count(size(part))}</title></rect>`;
        })}</g>`;
    })}</svg>`;
}

function Sides({ reform, currency, words }) {
  const answers = ANSWERS.filter((answer) => reform[answer]);
  const rows = answers.flatMap((answer) => {
    const { orders } = reform[answer];
    return [['pay_more', orders.pay_more], ['pay_less', orders.pay_less]].map(([part, side]) => [
      `${words[part]} · ${words.name('answer', answer)}`, count(side.orders), share(side.share), money(side.sum, currency),
      money(side.most, currency)]).concat([[`${words.pay_the_same} · ${words.name('answer', answer)}`, count(orders.pay_the_same), '', '', '']]);
  });
  return html`<div class="part"><h3>${words.sides_title}</h3><${Figure} words=${words}
    draw=${(width) => drawSides(width, { reform, words })}
    table=${{ head: ['', words.orders_head, words.share_of_orders, words.in_all, words.at_most], rows }} /></div>`;
}

const Legend = ({ reform, words }) => html`<p class="legend">${ANSWERS.filter((answer) => reform[answer]).map((answer) => html`
  <span class="key-mark"><svg width="28" height="16" aria-hidden="true"><${Mark} y=${8} scale=${(x) => 14 + x}
  line=${{ answer, difference: '0', ci95: ['-10', '10'] }} /></svg>${words.name('answer', answer)}</span>`)}
  <span class="dim">${words.bands_are}</span></p>`;

// Several reforms side by side: what they do to the cost of all orders.
export function Overview({ reforms, currency, words, beside }) {
  const rows = reforms.flatMap((reform) => rowsOf(reform, ({ group, figure }) => group === 'total' && figure === 'landed_per_order')
    .map((row) => ({ ...row, en: reform.title.en || reform.id, zh: reform.title.zh || reform.id })));
  return html`<div><${Legend} reform=${reforms[0]} words=${words} />
    <${Forest} title=${words.name('figure', 'landed_per_order')} rows=${rows} currency=${currency} words=${words} beside=${beside} /></div>`;
}

// reform: one of those of compare.json; beside: the tables of all figures.
export function Effect({ reform, currency, words, beside }) {
  const landed = (group) => rowsOf(reform, (figure) => figure.figure === 'landed_per_order' && figure.group === group);
  const by = ['channel', 'product', 'band'].map((group) => [group, landed(group)]).filter(([, rows]) => rows.length > 1);
  const of = (figure, groups) => rowsOf(reform, (found) => found.figure === figure && groups.includes(found.group));
  return html`<div>
    <${Legend} reform=${reform} words=${words} />
    <div class="part"><h3>${words.node_changes}</h3>
      <${Change} rows=${rowsOf(reform, ({ group }) => group === 'node')} currency=${currency} words=${words} /></div>
    <${Forest} title=${words.name('figure', 'landed_per_order')} rows=${landed('total')} currency=${currency} words=${words} />
    ${by.map(([group, rows]) => html`<${Forest} title=${words.landed_by(words.name('group', group))} rows=${rows}
      currency=${currency} words=${words} />`)}
    <${Sides} reform=${reform} currency=${currency} words=${words} />
    <${Forest} title=${words.receipts} rows=${of('net', ['treasury', 'charge'])} currency=${currency} words=${words} />
    <${Forest} title=${words.channels_chosen} rows=${of('share', ['channel'])} currency=${currency} words=${words} />
    <${Forest} title=${words.net_of_parties} rows=${of('net', ['party'])} currency=${currency} words=${words} />
    ${beside && html`<${Behind} title=${words.all_figures} more><${Beside} nodes=${beside} /></${Behind}>`}
  </div>`;
}
