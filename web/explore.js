// explore: one order: what is sold to whom and by which way, what it costs at the nine nodes, and what a change of the law
// or of prices does to it. Everything that was chosen stands in the address.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ask, latest } from './ask.js';
import { html } from './html.js';
import { Journey } from './journey.js';
import { FACTORS, Levers, leversOf, reformOf, textOf } from './levers.js';
import { heatOf } from './matrix.js';
import { money, span } from './number.js';
import { Why } from './why.js';

const LAYERS = ['law', 'trade', 'logistics'];
const COLUMNS = ['export_retail', 'general_trade', 'import_retail'];
const HOME = { sku: 'infant-formula', lane: 'NZ-CN', way: 'bonded', units: '1', date: '2025-06-02' };

// ---- what can be chosen ----

// sku -> lane "NZ-CN" -> way "bonded" -> { route, good }; of several scenarios the first one counts.
export function choicesOf(routes) {
  const choices = {};
  for (const route of routes) {
    for (const good of route.goods) {
      const lanes = (choices[good.sku] ||= { good, lanes: {} }).lanes;
      (lanes[`${route.from}-${route.to}`] ||= {})[route.channel] ||= { route, good };
    }
  }
  return choices;
}

// The state of the address, completed, and moved to what is there.
export function complete(state, choices) {
  const all = { ...HOME, ...state };
  const sku = choices[all.sku] ? all.sku : HOME.sku;
  const { lanes } = choices[sku];
  const lane = lanes[all.lane] ? all.lane : Object.keys(lanes)[0];
  const way = lanes[lane][all.way] ? all.way : Object.keys(lanes[lane])[0];
  return { ...all, sku, lane, way };
}

// Changes stand in the address as "do=freight:2;cn.import.cbec.share_vat:1".
const changesOf = (text) => Object.fromEntries((text || '').split(';').filter(Boolean).map((part) => {
  const cut = part.lastIndexOf(':');
  return [part.slice(0, cut), part.slice(cut + 1)];
}));
const textOfChanges = (changes) => Object.entries(changes).map(([id, value]) => `${id}:${value}`).join(';');

// ---- answers ----

const landed = (result) => result.story.cost;
const isRefused = (result) => Boolean(result.refusal);

async function follow(choice, wish, reform) {
  const { route, good } = choice;
  return ask('POST', '/v1/journey', {
    scenario: route.scenario, flow: route.flow, sku: good.sku, units: Number(wish.units) || 1, date: wish.date,
    ...(wish.price ? { price: wish.price } : {}), ...(Object.keys(reform).length ? { reform } : {}),
  });
}

// What was asked before the law was touched, by the request; it is the same at every move of a slider.
const untouched = new Map();

function askUntouched(choice, wish) {
  const key = JSON.stringify([choice.route.scenario, choice.route.flow, choice.good.sku, wish.units, wish.date, wish.price]);
  if (!untouched.has(key)) {
    if (untouched.size > 200) untouched.clear();
    const answer = follow(choice, wish, {});
    untouched.set(key, answer);
    answer.catch(() => untouched.delete(key));
  }
  return untouched.get(key);
}

// All ways of the lane, as they are and as they would be: { way: { before, after } }; show() gets the chosen one first.
async function askAll(choices, wish, changes, levers, show) {
  const ways = choices[wish.sku].lanes[wish.lane], reform = reformOf(changes, levers, wish.date);
  const isMoved = Object.keys(reform).length > 0;
  const look = async (way) => {
    try {
      const before = await askUntouched(ways[way], wish);
      return { before, after: isMoved ? await follow(ways[way], wish, reform) : before };
    } catch (error) {
      return { error: error.message };
    }
  };
  show({ [wish.way]: await look(wish.way) });
  const out = {};
  await Promise.all(Object.keys(ways).filter((way) => way !== wish.way).map(async (way) => { out[way] = await look(way); }));
  show(out);
}

// ---- what changed ----

const difference = (after, before) => Number(after) - Number(before);
const size = (value, currency) => money(Math.abs(value).toFixed(2), currency);
const more = (value, currency) => `${value < 0 ? '−' : '+'}${size(value, currency)}`;

// One sentence: what was moved, and what that did.
function say({ before, after }, changes, levers, words) {
  const moved = Object.entries(changes).map(([id, value]) => {
    const lever = levers.find((one) => one.id === id) || FACTORS.find((one) => one.id === id);
    return lever && `${lever.title ? words.pick(lever.title) : words[id]} ${textOf(lever, lever.value)} → ${textOf(lever, value)}`;
  }).filter(Boolean);
  if (!moved.length) return words.as_it_is;
  const { currency } = after, isZh = words.lang === 'zh';
  if (isRefused(after) !== isRefused(before)) return `${moved.join(words.comma)}${isZh ? '：' : ': '}${isRefused(after) ? words.refused : words.admitted}`;
  const total = difference(landed(after).landed, landed(before).landed);
  const kinds = after.nodes.flatMap((node, i) => [...new Set([...Object.keys(node.kinds), ...Object.keys(before.nodes[i].kinds)])]
    .map((kind) => [kind, difference(node.kinds[kind] || 0, before.nodes[i].kinds[kind] || 0)]));
  const [kind, change] = kinds.sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]))[0] || ['', 0];
  const head = isZh ? `${moved.join('，')}：` : `${moved.join(', ')}: `;
  const paid = difference(after.paid, before.paid);
  const buyer = Math.abs(paid) < 0.005 ? '' : isZh ? `，买家${paid > 0 ? '多' : '少'}付 ${size(paid, after.sale_currency)}`
    : `, and the buyer pays ${size(paid, after.sale_currency)} ${paid > 0 ? 'more' : 'less'}`;
  if (Math.abs(total) < 0.005 && !buyer) return head + words.no_effect;
  const most = Math.abs(change) < 0.005 ? '' : isZh ? `，其中${words.name('kind', kind)} ${more(change, currency)}`
    : `, most of it ${words.name('kind', kind)} (${more(change, currency)})`;
  return isZh ? `${head}到岸总成本 ${more(total, currency)}${most}${buyer}。` : `${head}the landed cost moves by ${more(total, currency)}${most}${buyer}.`;
}

// ---- parts of the page ----

function Choice({ title, value, options, change }) {
  return html`<label class="choice"><span>${title}</span><select value=${value} onChange=${(event) => change(event.target.value)}>
    ${options.map(([id, text]) => html`<option value=${id} selected=${id === value}>${text}</option>`)}</select></label>`;
}

function Order({ choices, wish, change, words }) {
  const { lanes } = choices[wish.sku], { route, good } = lanes[wish.lane][wish.way];
  const lane = (id) => id.split('-').map(words.place).join(' → ');
  return html`<fieldset class="card order"><legend>${words.order_form}</legend>
    <${Choice} title=${words.good} value=${wish.sku} change=${(sku) => change({ sku, price: '' })}
      options=${Object.entries(choices).map(([sku, { good: one }]) => [sku, one[words.lang]])} />
    <${Choice} title=${words.lane} value=${wish.lane} change=${(id) => change({ lane: id, price: '' })}
      options=${Object.keys(lanes).map((id) => [id, lane(id)])} />
    <${Choice} title=${words.way} value=${wish.way} change=${(way) => change({ way, price: '' })}
      options=${Object.keys(lanes[wish.lane]).map((id) => [id, words.name('channel', id)])} />
    <div class="two">
      <label class="choice"><span>${words.units}</span><input type="number" min="1" max="1000" value=${wish.units}
        onInput=${(event) => change({ units: event.target.value })} /></label>
      <label class="choice"><span>${words.price}, ${route.currency}</span><input type="number" min="0.01" step="0.01"
        value=${wish.price || good.price} onInput=${(event) => change({ price: Number(event.target.value) > 0 ? Number(event.target.value).toFixed(2) : '' })} /></label>
    </div>
    <label class="choice"><span>${words.date}</span><input type="date" min="2015-01-01" max="2026-10-31" value=${wish.date}
      onChange=${(event) => event.target.value && change({ date: event.target.value })} /></label>
  </fieldset>`;
}

const SLIDES = ['ways', 'nine', 'journey']; // one a screen on a projector, all below each other at a desk
const PARTS = ['goods', ...LAYERS];

// Goods and the three layers of each way, to one scale.
function Ways({ ways, chosen, choose, words }) {
  const open = Object.entries(ways).filter(([, { after }]) => after && !isRefused(after) && Number(landed(after).landed) > 0);
  const most = Math.max(...open.map(([, { after }]) => Number(landed(after).landed)), 1);
  return html`<div class="ways" role="group" aria-label=${words.ways_title}>
    ${Object.entries(ways).map(([way, { after, error }]) => {
      const is = after && !isRefused(after), cost = after && landed(after);
      return html`<button type="button" class=${`way${way === chosen ? ' chosen' : ''}`} aria-pressed=${way === chosen}
          onClick=${() => choose(way)}>
        <span class="way-name">${words.name('channel', way)}</span>
        ${is ? html`<span class="stack" aria-hidden="true">${PARTS.map((part) => Number(cost[part]) > 0 && html`<span class=${`fill ${part}`}
            style=${{ width: `${(100 * Number(cost[part])) / most}%` }}></span>`)}</span>
          <span class="way-cost"><b>${money(cost.landed, after.currency)}</b> · ${words.delivered_in} ${span(after.hours, words.lang)}</span>`
    : html`<span class="way-cost">${error || `${words.refused} (${after.refusal})`}</span>`}
      </button>`;
    })}
    <p class="legend">${PARTS.map((part) => html`<span class="key-mark"><span class=${`swatch ${part}`}></span>${
      part === 'goods' ? words.goods_cost : words.name('layer', part)}</span>`)}</p>
  </div>`;
}

function Node({ node, before, heat, note, asked, open, words }) {
  const { result } = node, name = words.name('node', `${node.layer}.${node.column}`);
  if (!result) return html`<div class="node none"><span class="name">${name}</span><span class="more">${words.not_used}</span></div>`;
  const own = result.nodes.find(({ layer }) => layer === node.layer);
  const old = before && before.nodes.find(({ layer }) => layer === node.layer);
  const moved = old ? difference(own.cost, old.cost) : 0;
  const kinds = Object.entries(own.kinds).sort((a, b) => Math.abs(Number(b[1])) - Math.abs(Number(a[1])));
  return html`<div class=${`node ${node.layer}${heat}`}><span class="name">${name}</span>
    <span class="sum">${money(own.cost, result.currency)}${Math.abs(moved) >= 0.005 && html` <span class="moved-by">${more(moved, result.currency)}</span>`}</span>
    <span class="more">${note || `${words.hours_here}${words.lang === 'zh' ? '：' : ': '}${Number(own.hours) > 0 ? span(own.hours, words.lang) : '–'}`}</span>
    ${!note && html`<ul class="kinds-list">${kinds.map(([kind, amount]) => html`<li><button type="button"
      class=${`ask${asked && asked.kind === kind ? ' asked' : ''}`} aria-haspopup="true" onClick=${() => open({ kind, amount })}>
      <span>${words.name('kind', kind)}</span><span class="number">${money(amount, result.currency)}</span></button></li>`)}</ul>`}
  </div>`;
}

// The chosen way in its column; in the others the cheapest other way for the same goods, where there is one.
function Nine({ ways, chosen, asked, open, words }) {
  const columnOf = (result) => result.nodes[0].column;
  const mine = ways[chosen].after, best = {};
  for (const [way, { after }] of Object.entries(ways)) {
    if (!after || isRefused(after) || columnOf(after) === columnOf(mine)) continue;
    const column = columnOf(after);
    if (!best[column] || Number(landed(after).landed) < Number(landed(best[column].after).landed)) best[column] = { way, after };
  }
  const shown = (column) => (column === columnOf(mine) ? { way: chosen, after: mine, before: ways[chosen].before } : best[column]);
  const costs = COLUMNS.map(shown).filter(Boolean).flatMap(({ after }) => after.nodes.map((node) => ({ cost: { per_order: node.cost, total: node.cost } })));
  const heat = heatOf(costs);
  return html`<div class="matrix nine">
    <div class="corner"></div>
    ${COLUMNS.map((column) => html`<div class="column"><b>${words.name('column', column)}</b>
      ${shown(column) && html`<span>${words.name('channel', shown(column).way)}${shown(column).way === chosen ? ` · ${words.chosen}` : ''}</span>`}</div>`)}
    ${LAYERS.map((layer) => [html`<div class=${`layer ${layer}`}>${words.name('layer', layer)}</div>`,
      ...COLUMNS.map((column) => {
        const one = shown(column), isMine = one && one.way === chosen, result = one && one.after;
        const own = result && result.nodes.find((node) => node.layer === layer);
        return html`<${Node} key=${`${layer}.${column}`} node=${{ layer, column, result }} before=${isMine && one.before}
          heat=${own ? heat({ cost: { per_order: own.cost, total: own.cost } }) : 0} asked=${asked} open=${open} words=${words}
          note=${!isMine && one ? `${words.another_way} ${words.name('channel', one.way)}` : ''} />`;
      })])}
  </div>`;
}

function Head({ one, say: sentence, words }) {
  const { after } = one, cost = landed(after);
  return html`<div class="head">
    <h1>${words.question}</h1>
    <p class="changed" aria-live="polite">${sentence}</p>
    <dl class="key">
      <div><dt>${words.landed_cost}</dt><dd>${money(cost.landed, after.currency)}</dd></div>
      <div><dt>${words.buyer_pays}</dt><dd>${money(after.paid, after.sale_currency)}</dd></div>
      <div><dt>${words.delivery}</dt><dd>${span(after.hours, words.lang)}</dd></div>
      <div><dt>${words.regime}</dt><dd class="regime">${after.regime || words.not_assessed}</dd></div>
    </dl>
    ${isRefused(after) && html`<p class="badge">${words.refused} (${after.refusal})</p>`}
  </div>`;
}

function ShareLink({ words }) {
  const [isCopied, setCopied] = useState(false);
  const copy = () => navigator.clipboard.writeText(location.href).then(() => setCopied(true), () => prompt(words.share_link, location.href));
  return html`<button type="button" class="quiet" onClick=${copy}>${isCopied ? words.copied : words.share_link}</button>`;
}

// ---- the page ----

// The pack that asked the charges of the destination: its rules stand in them.
function packOf({ story }, lane) {
  const rules = story.story.flatMap((entry) => entry.law || []).map(({ rule }) => rule.split('/')[0]);
  return rules.find((rule) => rule.startsWith(`${lane.split('-')[1].toLowerCase()}.`)) || rules[0] || null;
}

// Its values are the levers; none where customs did not look.
function usePack(regime, date) {
  const [pack, setPack] = useState(null);
  useEffect(() => {
    if (!regime) return setPack(null);
    let isOver = false;
    ask('GET', `/v1/rules?id=${regime}&on=${date}`).then((found) => isOver || setPack(found), () => isOver || setPack(null));
    return () => { isOver = true; };
  }, [regime, date]);
  return pack && pack.id === regime ? pack : null;
}

function Explorer({ routes, words, state, setState }) {
  const choices = useMemo(() => choicesOf(routes), [routes]);
  const wish = complete(state, choices), changes = changesOf(state.do);
  const [answers, setWays] = useState(null), ways = answers && answers.place === `${wish.sku} ${wish.lane}` ? answers.of : null;
  const [asked, setAsked] = useState(null);
  const levers = useRef([]);
  const one = ways && ways[wish.way];
  const pack = usePack(one && one.before ? packOf(one.before, wish.lane) : null, wish.date);
  levers.current = pack ? leversOf(pack) : [];
  const run = useRef(null);
  run.current ||= latest(async (wanted) => {
    const { choices: all, wish: { sku, lane } } = wanted, known = Object.keys(all[sku].lanes[lane]), place = `${sku} ${lane}`;
    await askAll(all, wanted.wish, wanted.changes, wanted.levers, (some) => setWays((old) => {
      const merged = { ...(old && old.place === place ? old.of : {}), ...some };
      return { place, of: Object.fromEntries(known.filter((way) => merged[way]).map((way) => [way, merged[way]])) };
    }));
  });
  const key = JSON.stringify([wish, state.do, pack && pack.id]);
  useEffect(() => run.current({ choices, wish, changes, levers: levers.current }), [key]);
  const change = (part) => setState({ ...complete({ ...state, ...part }, choices), do: 'do' in part ? part.do : state.do });
  const move = (id, value) => {
    const next = { ...changes, [id]: value };
    if (value === undefined || Number(value) === Number((levers.current.find((lever) => lever.id === id) || { value: '1' }).value)) delete next[id];
    change({ do: textOfChanges(next) });
  };
  const slide = SLIDES.includes(state.slide) ? state.slide : 'nine';
  const sentence = one && one.after ? say(one, changes, levers.current, words) : '';
  return html`<div class="explore">
    <div class="side">
      <${Order} choices=${choices} wish=${wish} change=${change} words=${words} />
      <fieldset class="card what-if"><legend>${words.what_if}</legend>
        <${Levers} levers=${levers.current} changes=${changes} change=${move} words=${words} />
        <div class="row"><button type="button" class="quiet" disabled=${!state.do} onClick=${() => change({ do: '' })}>${words.reset}</button>
          <${ShareLink} key=${state.do} words=${words} /></div>
        <p class="changed beside-levers" aria-hidden="true">${sentence}</p>
      </fieldset>
    </div>
    <div class="main">${!one ? html`<h1>${words.question}</h1><p>${words.wait}</p>` : one.error ? html`<h1>${words.question}</h1>
      <p class="badge" role="alert">${one.error}</p>` : html`
      <${Head} one=${one} say=${sentence} words=${words} />
      <div class="slides" role="group" aria-label=${words.slides}>${SLIDES.map((name) => html`<button type="button" class="quiet"
        aria-pressed=${name === slide} onClick=${() => change({ slide: name })}>${words[`slide_${name}`]}</button>`)}</div>
      <section class=${`card slide${slide === 'ways' ? ' current' : ''}`} aria-label=${words.ways_title}><h2>${words.ways_title}</h2>
        <${Ways} ways=${ways} chosen=${wish.way} choose=${(way) => change({ way, price: '' })} words=${words} /></section>
      <div class=${`pair-why slide${slide === 'nine' ? ' current' : ''}`}>
        <${Nine} ways=${ways} chosen=${wish.way} asked=${asked} open=${setAsked} words=${words} />
        <aside class="card why" tabindex="0" aria-live="polite" aria-labelledby="why-title"><h2 id="why-title">${words.why}</h2>
          <${Why} asked=${asked} result=${one.after} pack=${pack} words=${words} /></aside>
      </div>
      <div class=${`slide${slide === 'journey' ? ' current' : ''}`}>
        <${Journey} key=${`${wish.way}${wish.lane}`} result=${one.after} words=${words} /></div>`}
    </div>
  </div>`;
}

export function Explore({ words, state, setState }) {
  const [routes, setRoutes] = useState(null);
  useEffect(() => { ask('GET', '/v1/routes').then(setRoutes, () => setRoutes([])); }, []);
  if (!routes) return html`<p>${words.wait}</p>`;
  if (!routes.length) return html`<p role="alert">${words.no_server}</p>`;
  return html`<${Explorer} routes=${routes} words=${words} state=${state} setState=${setState} />`;
}
