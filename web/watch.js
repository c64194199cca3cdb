// watch: a scenario that runs live in the server: who is at which node, what moves, waits, lies in stock and was paid; the
// law and prices may be changed in the middle, and the session saved.
import { useEffect, useState } from 'preact/hooks';
import { ask } from './ask.js';
import { Course } from './course.js';
import { Problem } from './frame.js';
import { html, Figure, textSize } from './html.js';
import { FACTORS, leversOf } from './levers.js';
import { useStream } from './net.js';
import { count, money, short } from './number.js';

const LAYERS = ['law', 'trade', 'logistics'];
const COLUMNS = ['export_retail', 'general_trade', 'import_retail'];
const SPEEDS = [3600, 21600, 86400, 864000]; // simulated seconds a second
const SLIDES = ['flows', 'course', 'queues']; // one a screen on a projector, all below each other at a desk
const ROW = 112, HEAD = 44, WALL = 1.5; // WALL: how much larger the boxes are there

// ---- the session ----

// Points up to this one: what lay behind it is another session's.
const upTo = (points, now) => [...points.filter(({ time }) => time.slice(0, 10) < now.time.slice(0, 10)), now];

// The state of the session as it comes, what it was day by day, and what is wrong with the line.
function useSession() {
  const [session, setSession] = useState(null), [points, setPoints] = useState([]), [isLost, setLost] = useState(false);
  const take = (state) => {
    setLost(false);
    setSession(state);
    if (state.now) setPoints((old) => upTo(old, state.now));
  };
  const look = () => ask('GET', '/v1/live').then(take, () => setLost(true));
  const isLate = useStream('/v1/live/events', (event, data) => take(JSON.parse(data)), look);
  const number = session && session.session;
  useEffect(() => { // a page that comes later, or was away, reads what it has missed
    if (number) ask('GET', '/v1/live/past').then((past) => setPoints(past.points), () => {});
  }, [number, isLate, isLost]);
  return { session, points, take, isLost, isLate };
}

// ---- the nine nodes, and what moves between them ----

// Where an arrow stands in its column, from the right; long ones have places of their own.
const SLOT = { 'law.trade': 0, 'trade.logistics': 0, 'trade.law': 1, 'logistics.trade': 1, 'law.logistics': 2, 'logistics.law': 3 };

function Arrow({ from, to, amount, x, top, box, hasText, k }) {
  const isDown = LAYERS.indexOf(to) > LAYERS.indexOf(from), bottom = (layer) => top(layer) + box;
  const y = isDown ? bottom(from) : top(from), end = isDown ? top(to) - 2 : bottom(to) + 2;
  return html`<g class="arrow"><path d=${`M${x} ${y}L${x} ${end}`} stroke-width=${Math.min(5, 1 + Math.log2(1 + amount) / 2)}
      marker-end="url(#tip)" />
    ${hasText && html`<text x=${x + 9} y=${y + (isDown ? 18 : -18) * k} dy=".35em">${amount}</text>`}</g>`;
}

// Pairs of layers between which something moved: [from, to, amount].
export const movesOf = (nodes, column) => nodes.filter((node) => node.column === column)
  .flatMap((node) => Object.entries(node.to).map(([to, amount]) => [node.layer, to, amount]));

function Picture({ width, view, words }) {
  const isBig = textSize() > 13, k = isBig ? WALL : 1, label = width < 560 ? 0 : isBig ? 132 : 96, wide = (width - label) / 3, box = (ROW - 36) * k;
  const top = (layer) => (HEAD + LAYERS.indexOf(layer) * ROW) * k;
  const most = Math.max(1, ...view.nodes.map(({ here }) => here)), height = (HEAD + ROW * 3) * k - 36 * k;
  const isNarrow = wide < 180, slot = isNarrow ? 14 : 46 * k;
  return html`<svg class="chart live" role="img" aria-label=${words.live_nodes} width=${width} height=${height}
      viewBox="0 0 ${width} ${height}">
    <defs><marker id="tip" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="10" markerHeight="10" markerUnits="userSpaceOnUse"
      orient="auto"><path d="M0 0L8 4L0 8z" /></marker></defs>
    ${COLUMNS.map((column, i) => html`<text class="title" x=${label + wide * i + 8} y=${24 * k}>${words.name('column', column)}</text>`)}
    ${LAYERS.map((layer) => label > 0 && html`<text class=${`layer-${layer}`} x="0" y=${top(layer) + box / 2} dy=".35em">${
      words.name('layer', layer)}</text>`)}
    ${view.nodes.map((node) => {
      const x = label + wide * COLUMNS.indexOf(node.column), y = top(node.layer);
      const heat = node.here ? 1 + Math.min(4, Math.floor((5 * node.here) / most * 0.9999)) : 0;
      return html`<g><rect class=${`cell ${node.layer}${heat}`} x=${x + 4} y=${y} width=${wide - 8} height=${box} rx="4" />
        <text class="amount big" x=${x + 16} y=${y + 32 * k}>${count(node.here)}</text>
        <text x=${x + 16} y=${y + 58 * k}>${short(Number(node.cost), view.currency, words.lang)}</text></g>`;
    })}
    ${COLUMNS.flatMap((column, i) => movesOf(view.nodes, column).map(([from, to, amount]) => html`<${Arrow} from=${from} to=${to}
      amount=${amount} top=${top} box=${box} hasText=${!isNarrow} k=${k}
      x=${label + wide * (i + 1) - (isNarrow ? 14 : 48 * k) - SLOT[`${from}.${to}`] * slot} />`))}
  </svg>`;
}

const tableOf = (view, words) => ({
  head: [words.node, words.here, words.cost_so_far, words.moved_on],
  rows: view.nodes.map((node) => [words.name('node', `${node.layer}.${node.column}`), count(node.here), money(node.cost, view.currency),
    Object.entries(node.to).map(([to, amount]) => `${words.name('layer', to)} ${amount}`).join(words.comma) || '–']),
});

// ---- controls ----

function Start({ scenarios, start, isOn, words }) {
  const [name, setName] = useState('milk-powder'), [seed, setSeed] = useState('1');
  return html`<fieldset class=${`card${isOn ? ' what-if' : ''}`}><legend>${words.session}</legend>
    <label class="choice"><span>${words.scenario}</span><select value=${name} onChange=${(event) => setName(event.target.value)}>
      ${scenarios.filter(({ replays }) => !replays).map(({ id, title }) => html`<option value=${id} selected=${id === name}>${
        words.pick(title)}</option>`)}</select></label>
    <label class="choice"><span>${words.seed}</span><input type="number" min="0" value=${seed}
      onInput=${(event) => setSeed(event.target.value)} /></label>
    <div class="row"><button type="button" class="quiet" name="start" onClick=${() => start({ scenario: name, seed: Number(seed) || 0 })}>${
      words.start}</button></div>
  </fieldset>`;
}

function Controls({ session, order, words }) {
  const { playing, speed, done } = session;
  return html`<div class="row" role="group" aria-label=${words.controls}>
    <button type="button" class="quiet" name="play" disabled=${done} onClick=${() => order({ do: playing ? 'pause' : 'play' })}>${
      playing ? words.pause : words.play}</button>
    <button type="button" class="quiet" name="step" disabled=${done} onClick=${() => order({ do: 'step' })}>${words.an_hour}</button>
    <button type="button" class="quiet" name="day" disabled=${done} onClick=${() => order({ do: 'day' })}>${words.a_day}</button>
    <label class="choice speed"><span>${words.speed}</span><select value=${speed}
      onChange=${(event) => order({ do: 'play', speed: Number(event.target.value) })}>${SPEEDS.map((one) => html`<option value=${one}
        selected=${one === speed}>${one < 86400 ? `${one / 3600} ${words.hours_a_second}` : `${one / 86400} ${words.days_a_second}`}</option>`)}
    </select></label>
    <a class="quiet" href="/v1/live/log" download="session.json">${words.save_session}</a>
  </div>`;
}

const PRICES = 'factors'; // stands among the packs
const NAMES = { freight: 'freight', yuan: 'CNY' }; // of Explore's factors in the engine

// What of a pack, or of prices, can be changed: { name, title, unit, value }.
function choicesOf(id, pack, words) {
  if (id === PRICES) return FACTORS.map(({ id: name, unit, value }) => ({ name: NAMES[name], title: words[name], unit, value }));
  return pack && pack.id === id ? leversOf(pack).map((lever) => ({ ...lever, title: words.pick(lever.title) })) : [];
}

const UNITS = { rate: '0 … 1', times: '×' };

// A value of a pack or a price, from the next simulated day on.
function Change({ packs, day, change, words }) {
  const [id, setId] = useState('cn.import.cbec'), [pack, setPack] = useState(null), [name, setName] = useState(''), [value, setValue] = useState('');
  useEffect(() => {
    if (id !== PRICES) ask('GET', `/v1/rules?id=${id}&on=${day}`).then(setPack, () => setPack(null));
  }, [id]);
  const choices = choicesOf(id, pack, words), one = choices.find((choice) => choice.name === name) || choices[0];
  const pick = (chosen) => {
    setId(chosen);
    setName('');
    setValue('');
  };
  const lists = [{ id: PRICES, title: { en: words.prices, zh: words.prices } }, ...packs];
  return html`<fieldset class="card what-if"><legend>${words.change_law}</legend>
    <label class="choice"><span>${words.pack}</span><select value=${id} data-change="pack" onChange=${(event) => pick(event.target.value)}>
      ${lists.map((list) => html`<option value=${list.id} selected=${list.id === id}>${words.pick(list.title)}</option>`)}</select></label>
    ${one && html`<label class="choice"><span>${words.parameter}</span><select value=${one.name} data-change="parameter"
        onChange=${(event) => { setName(event.target.value); setValue(''); }}>${choices.map((choice) => html`<option value=${choice.name}
        selected=${choice.name === one.name}>${choice.title}</option>`)}</select></label>
      <label class="choice"><span>${words.new_value}, ${UNITS[one.unit] || one.unit}</span><input type="text"
        inputmode="decimal" value=${value || one.value} data-change="value" onInput=${(event) => setValue(event.target.value)} /></label>
      <div class="row"><button type="button" class="quiet" name="change" onClick=${() => change(`${id}.${one.name}`, value || one.value)}>${
        one.name === NAMES.yuan ? words.from_next_month : words.from_tomorrow}</button></div>`}
  </fieldset>`;
}

// ---- what waits, lies, was paid ----

function Flows({ view, words }) {
  const stock = (flow) => flow.stock.map(({ sku, have, on_order: ordered }) => `${sku} ${count(have)} (+${count(ordered)})`).join(words.comma) || '–';
  return html`<div class="wide" tabindex="0" role="region" aria-label=${words.queues}><table>
    <thead><tr><th scope="col">${words.way}</th><th scope="col">${words.officers}</th><th scope="col">${words.pickers}</th>
      <th scope="col" class="text">${words.stock}</th></tr></thead>
    <tbody>${view.flows.map((flow) => html`<tr><th scope="row">${words.name('channel', flow.channel)} <span class="dim">${flow.flow}</span></th>
      <td class="number">${count(flow.officers_queue)} / ${flow.officers}</td><td class="number">${count(flow.pickers_queue)} / ${flow.pickers}</td>
      <td class="text">${stock(flow)}</td></tr>`)}</tbody></table></div>`;
}

function Key({ session, words }) {
  const { view, now } = session, { orders } = view;
  return html`<dl class="key"><div><dt>${words.placed}</dt><dd>${count(view.placed)}</dd></div>
    <div><dt>${words.on_their_way}</dt><dd>${count(now.open)}</dd></div>
    <div><dt>${words.delivered}</dt><dd>${count(orders.delivered)}</dd></div>
    ${Object.entries(view.treasuries).map(([party, amount]) => html`<div><dt>${words.name('party', party)}</dt>
      <dd>${money(amount, view.currency)}</dd></div>`)}</dl>`;
}

// The days on which something was changed.
const daysOf = (changes) => changes.map((change) => /\d{4}-\d\d-\d\d/.exec(change)[0]);

function Slides({ slide, show, words }) {
  return html`<div class="slides" role="group" aria-label=${words.slides}>${SLIDES.map((name) => html`<button type="button" class="quiet"
    aria-pressed=${name === slide} onClick=${() => show(name)}>${words[`slide_${name}`]}</button>`)}</div>`;
}

function Session({ session, points, send, slide, show, words }) {
  const { view, changes } = session, style = (name) => `slide${slide === name ? ' current' : ''}`;
  return html`<div class="head"><h1>${words.watch_title}</h1>
      <p class="changed"><b class="clock">${session.time.slice(0, 16).replace('T', ' ')}</b>${session.done ? ` · ${words.at_end}` : ''}
        <span class="dim"> · ${words.watching(session.watching)}</span></p></div>
    <${Controls} session=${session} order=${(what) => send('/v1/live/command', what)} words=${words} />
    <${Key} session=${session} words=${words} />
    <${Slides} slide=${slide} show=${show} words=${words} />
    <div class=${style('flows')}><${Figure} say=${words.live_nodes} words=${words} table=${tableOf(view, words)}
      draw=${(width) => html`<${Picture} width=${width} view=${view} words=${words} />`} /></div>
    <section class=${`card ${style('course')}`} aria-label=${words.slide_course}><h2>${words.slide_course}</h2><${Course} points=${points} changes=${daysOf(changes)} currency=${view.currency}
      words=${words} />
      ${changes.length > 0 && html`<h3>${words.changes_made}</h3><ul class="made">${changes.map((change) => html`<li><code>${change}</code></li>`)}</ul>`}
    </section>
    <section class=${`card ${style('queues')}`}><h2>${words.queues}</h2><${Flows} view=${view} words=${words} /></section>`;
}

export function Watch({ words, state, setState }) {
  const { session, points, take, isLost, isLate } = useSession();
  const [scenarios, setScenarios] = useState([]), [packs, setPacks] = useState([]), [wrong, setWrong] = useState('');
  useEffect(() => {
    ask('GET', '/v1/scenarios').then((all) => setScenarios(all.scenarios), () => {});
    ask('GET', '/v1/rules').then((all) => setPacks(all.packs), () => {});
  }, []);
  const send = (path, body) => ask('POST', path, body).then((next) => { take(next); setWrong(''); }, (error) => setWrong(error.message));
  const isOn = session && session.scenario, day = isOn ? session.time.slice(0, 10) : '';
  const problem = wrong || (isLost && words.no_server) || (isLate && words.no_stream);
  const slide = SLIDES.includes(state.slide) ? state.slide : SLIDES[0];
  return html`<div class="explore watch">
    <div class="side">
      <${Start} scenarios=${scenarios} isOn=${isOn} start=${(what) => send('/v1/live', what)} words=${words} />
      ${isOn && html`<${Change} packs=${packs} day=${day} words=${words}
        change=${(set, value) => send('/v1/live/change', { set, value })} />`}
    </div>
    <div class="main">
      ${problem && html`<${Problem} text=${problem} />`}
      ${!isOn ? html`<h1>${words.watch_title}</h1><p>${words.nothing_runs}</p>` : html`<${Session} session=${session} points=${points} send=${send} slide=${slide}
        show=${(name) => setState({ ...state, slide: name })} words=${words} />`}
    </div>
  </div>`;
}
