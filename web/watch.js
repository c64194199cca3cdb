// watch: a scenario that runs live in the server: who is at which node, what moves, waits, lies in stock and was paid; the
// law may be changed in the middle, and the session saved.
import { useEffect, useState } from 'preact/hooks';
import { get, post } from './ask.js';
import { html, Figure } from './html.js';
import { leversOf } from './levers.js';
import { count, money, short } from './number.js';

const LAYERS = ['law', 'trade', 'logistics'];
const COLUMNS = ['export_retail', 'general_trade', 'import_retail'];
const SPEEDS = [3600, 21600, 86400, 864000]; // simulated seconds a second
const ROW = 112, HEAD = 44;

// The state of the session, as it comes; { isLost } while the stream is away.
function useSession() {
  const [session, setSession] = useState(null), [isLost, setLost] = useState(false);
  useEffect(() => {
    const look = () => get('/v1/live').then(setSession, () => setLost(true));
    const stream = new EventSource('/v1/live/events');
    stream.addEventListener('state', (event) => setSession(JSON.parse(event.data)));
    stream.addEventListener('reset', look);
    stream.onopen = () => { setLost(false); look(); };
    stream.onerror = () => setLost(true);
    return () => stream.close();
  }, []);
  return [session, setSession, isLost];
}

// ---- the nine nodes, and what moves between them ----

// Where an arrow stands in its column, from the right; long ones have places of their own.
const SLOT = { 'law.trade': 0, 'trade.logistics': 0, 'trade.law': 1, 'logistics.trade': 1, 'law.logistics': 2, 'logistics.law': 3 };

function Arrow({ from, to, amount, x, top, hasText }) {
  const isDown = LAYERS.indexOf(to) > LAYERS.indexOf(from), bottom = (layer) => top(layer) + ROW - 36;
  const y = isDown ? bottom(from) : top(from), end = isDown ? top(to) - 2 : bottom(to) + 2;
  return html`<g class="arrow"><path d=${`M${x} ${y}L${x} ${end}`} stroke-width=${Math.min(5, 1 + Math.log2(1 + amount) / 2)}
      marker-end="url(#tip)" />
    ${hasText && html`<text x=${x + 9} y=${y + (isDown ? 18 : -18)} dy=".35em">${amount}</text>`}</g>`;
}

// Pairs of layers between which something moved: [from, to, amount].
export const movesOf = (nodes, column) => nodes.filter((node) => node.column === column)
  .flatMap((node) => Object.entries(node.to).map(([to, amount]) => [node.layer, to, amount]));

function Picture({ width, view, words }) {
  const label = width < 560 ? 0 : 96, wide = (width - label) / 3, top = (layer) => HEAD + LAYERS.indexOf(layer) * ROW;
  const most = Math.max(1, ...view.nodes.map(({ here }) => here)), height = HEAD + ROW * 3;
  const isNarrow = wide < 180;
  return html`<svg class="chart live" role="img" aria-label=${words.live_nodes} width=${width} height=${height}
      viewBox="0 0 ${width} ${height}">
    <defs><marker id="tip" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="10" markerHeight="10" markerUnits="userSpaceOnUse"
      orient="auto"><path d="M0 0L8 4L0 8z" /></marker></defs>
    ${COLUMNS.map((column, i) => html`<text class="title" x=${label + wide * i + 8} y="24">${words.name('column', column)}</text>`)}
    ${LAYERS.map((layer) => label > 0 && html`<text class=${`layer-${layer}`} x="0" y=${top(layer) + 40} dy=".35em">${
      words.name('layer', layer)}</text>`)}
    ${view.nodes.map((node) => {
      const x = label + wide * COLUMNS.indexOf(node.column), y = top(node.layer);
      const heat = node.here ? 1 + Math.min(4, Math.floor((5 * node.here) / most * 0.9999)) : 0;
      return html`<g><rect class=${`cell ${node.layer}${heat}`} x=${x + 4} y=${y} width=${wide - 8} height=${ROW - 36} rx="4" />
        <text class="amount big" x=${x + 16} y=${y + 30}>${count(node.here)}</text>
        <text x=${x + 16} y=${y + 56}>${short(Number(node.cost), view.currency, words.lang)}</text></g>`;
    })}
    ${COLUMNS.flatMap((column, i) => movesOf(view.nodes, column).map(([from, to, amount]) => html`<${Arrow} from=${from} to=${to}
      amount=${amount} top=${top} hasText=${!isNarrow}
      x=${label + wide * (i + 1) - (isNarrow ? 14 : 48) - SLOT[`${from}.${to}`] * (isNarrow ? 14 : 46)} />`))}
  </svg>`;
}

const tableOf = (view, words) => ({
  head: [words.node, words.here, words.cost_so_far, words.moved_on],
  rows: view.nodes.map((node) => [words.name('node', `${node.layer}.${node.column}`), count(node.here), money(node.cost, view.currency),
    Object.entries(node.to).map(([to, amount]) => `${words.name('layer', to)} ${amount}`).join(words.comma) || '–']),
});

// ---- controls ----

function Start({ scenarios, start, words }) {
  const [name, setName] = useState('milk-powder'), [seed, setSeed] = useState('1');
  return html`<fieldset class="card"><legend>${words.session}</legend>
    <label class="choice"><span>${words.scenario}</span><select value=${name} onChange=${(event) => setName(event.target.value)}>
      ${scenarios.filter(({ replays }) => !replays).map(({ id, title }) => html`<option value=${id} selected=${id === name}>${
        words.pick(title)}</option>`)}</select></label>
    <label class="choice"><span>${words.seed}</span><input type="number" min="0" value=${seed}
      onInput=${(event) => setSeed(event.target.value)} /></label>
    <div class="row"><button type="button" class="button" onClick=${() => start({ scenario: name, seed: Number(seed) || 0 })}>${
      words.start}</button></div>
  </fieldset>`;
}

function Controls({ session, order, words }) {
  const { playing, speed, done } = session;
  return html`<div class="row" role="group" aria-label=${words.controls}>
    <button type="button" class="button" disabled=${done} onClick=${() => order({ do: playing ? 'pause' : 'play' })}>${
      playing ? words.pause : words.play}</button>
    <button type="button" class="button" disabled=${done} onClick=${() => order({ do: 'step' })}>${words.an_hour}</button>
    <button type="button" class="button" disabled=${done} onClick=${() => order({ do: 'day' })}>${words.a_day}</button>
    <label class="choice speed"><span>${words.speed}</span><select value=${speed}
      onChange=${(event) => order({ do: 'play', speed: Number(event.target.value) })}>${SPEEDS.map((one) => html`<option value=${one}
        selected=${one === speed}>${one < 86400 ? `${one / 3600} ${words.hours_a_second}` : `${one / 86400} ${words.days_a_second}`}</option>`)}
    </select></label>
    <a class="button" href="/v1/live/log" download="session.json">${words.save_session}</a>
  </div>`;
}

// A value of a pack, from the next simulated day on.
function Change({ packs, day, change, words }) {
  const [id, setId] = useState('cn.import.cbec'), [pack, setPack] = useState(null), [name, setName] = useState(''), [value, setValue] = useState('');
  useEffect(() => { get(`/v1/rules?id=${id}&on=${day}`).then((found) => setPack(found.parameters ? found : null)); }, [id]);
  const levers = pack && pack.id === id ? leversOf(pack) : [], lever = levers.find((one) => one.name === name) || levers[0];
  return html`<fieldset class="card"><legend>${words.change_law}</legend>
    <label class="choice"><span>${words.pack}</span><select value=${id} onChange=${(event) => { setId(event.target.value); setName(''); setValue(''); }}>
      ${packs.map((one) => html`<option value=${one.id} selected=${one.id === id}>${words.pick(one.title)}</option>`)}</select></label>
    ${lever && html`<label class="choice"><span>${words.parameter}</span><select value=${lever.name} data-change="parameter"
        onChange=${(event) => { setName(event.target.value); setValue(''); }}>${levers.map((one) => html`<option value=${one.name}
        selected=${one.name === lever.name}>${words.pick(one.title)}</option>`)}</select></label>
      <label class="choice"><span>${words.new_value}, ${lever.unit === 'rate' ? '0 … 1' : lever.unit}</span><input type="text"
        inputmode="decimal" value=${value || lever.value} data-change="value" onInput=${(event) => setValue(event.target.value)} /></label>
      <div class="row"><button type="button" class="button" onClick=${() => change(`${id}.${lever.name}`, value || lever.value)}>${
        words.from_tomorrow}</button></div>`}
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
  const { view } = session, { orders } = view;
  const open = view.placed - Object.values(orders).reduce((sum, one) => sum + one, 0);
  return html`<dl class="key"><div><dt>${words.placed}</dt><dd>${count(view.placed)}</dd></div>
    <div><dt>${words.on_their_way}</dt><dd>${count(Math.max(0, open))}</dd></div>
    <div><dt>${words.delivered}</dt><dd>${count(orders.delivered)}</dd></div>
    ${Object.entries(view.treasuries).map(([party, amount]) => html`<div><dt>${words.name('party', party)}</dt>
      <dd>${money(amount, view.currency)}</dd></div>`)}</dl>`;
}

export function Watch({ words }) {
  const [session, setSession, isLost] = useSession();
  const [scenarios, setScenarios] = useState([]), [packs, setPacks] = useState([]), [wrong, setWrong] = useState('');
  useEffect(() => {
    get('/v1/scenarios').then((all) => setScenarios(all.scenarios));
    get('/v1/rules').then((all) => setPacks(all.packs));
  }, []);
  const send = (path, body) => post(path, body).then((state) => { setSession(state); setWrong(''); }, (error) => setWrong(error.message));
  const isOn = session && session.scenario, day = isOn ? session.time.slice(0, 10) : '';
  return html`<div class="explore watch">
    <div class="side">
      <${Start} scenarios=${scenarios} start=${(what) => send('/v1/live', what)} words=${words} />
      ${isOn && html`<${Change} packs=${packs} day=${day} words=${words}
        change=${(set, value) => send('/v1/live/change', { set, value })} />`}
    </div>
    <div class="main">
      <h1>${words.watch_title}</h1>
      ${wrong && html`<p class="badge" role="alert">${wrong}</p>`}
      ${isLost && html`<p class="badge" role="alert">${words.no_server}</p>`}
      ${!isOn ? html`<p>${words.nothing_runs}</p>` : html`
        <p class="changed"><b class="clock">${session.time.slice(0, 16).replace('T', ' ')}</b>${session.done ? ` · ${words.at_end}` : ''}</p>
        <${Controls} session=${session} order=${(what) => send('/v1/live/command', what)} words=${words} />
        <${Key} session=${session} words=${words} />
        <${Figure} say=${words.live_nodes} words=${words} table=${tableOf(session.view, words)}
          draw=${(width) => html`<${Picture} width=${width} view=${session.view} words=${words} />`} />
        ${session.changes.length > 0 && html`<section class="card"><h2>${words.changes_made}</h2><ul>${session.changes.map((change) => html`<li><code>${
          change}</code></li>`)}</ul></section>`}
        <section class="card"><h2>${words.queues}</h2><${Flows} view=${session.view} words=${words} /></section>`}
    </div>
  </div>`;
}
