// levers: what may be changed: rates and limits of the pack that decided, freight, the worth of the yuan; and what that
// makes of a request.
import { html } from './html.js';
import { money, rounded } from './number.js';

// Values of a pack that a slider can move, as they are on the day: { id, title, unit, value, from }.
export function leversOf(pack) {
  return pack.parameters.map(({ name, title, unit, values }) => ({
    id: `${pack.id}.${name}`, pack: pack.id, name, title, unit, ...values[values.length - 1],
  })).filter(({ unit, value }) => value !== null && /^\d+(\.\d+)?$/.test(value) && (unit === 'rate' || /^[A-Z]{3}$/.test(unit)));
}

// A slider's range, and what one step of it is.
export function rangeOf({ unit, value }) {
  const number = Number(value);
  if (unit === 'rate') {
    const most = number > 0.5 ? 1 : Math.max(0.2, Math.ceil(number * 20) / 10);
    return { min: 0, max: most, step: most > 0.5 ? 0.05 : 0.005 };
  }
  const size = 10 ** Math.floor(Math.log10(number || 1));
  return { min: 0, max: number > 0 ? number * 3 : 1000, step: size / 10 };
}

export function textOf({ unit }, value) {
  if (unit === 'rate') return `${String(Math.round(Number(value) * 10000) / 100)} %`;
  return unit === 'times' ? `× ${value}` : money(rounded(`${value}.00`.replace(/(\.\d+)\.00$/, '$1'), unit), unit).replace(/\.00?$/, '');
}

export const FACTORS = [
  { id: 'freight', unit: 'times', value: '1', range: { min: 0.2, max: 5, step: 0.1 } },
  { id: 'yuan', unit: 'times', value: '1', range: { min: 0.7, max: 1.3, step: 0.01 } },
];

// Changes by id -> what is laid over the scenario and the law. levers: all that are known.
export function reformOf(changes, levers, date) {
  const reform = {};
  for (const [id, value] of Object.entries(changes)) {
    const lever = levers.find((one) => one.id === id);
    if (lever) {
      reform.rules ||= {};
      reform.rules[lever.pack] ||= { parameters: {} };
      reform.rules[lever.pack].parameters[lever.name] = { [lever.from]: { value } };
    }
    if (id === 'freight') reform.factors = { freight: value };
    if (id === 'yuan') {
      const title = { en: 'the yuan is worth more or less', zh: '人民币币值变动' };
      reform.shocks = { yuan: { kind: 'fx', title, currency: 'CNY', share: value, from: '2010-01-01', to: `${date.slice(0, 4)}-12-31` } };
    }
  }
  return reform;
}

function Lever({ lever, title, value, range, change, words }) {
  const isMoved = value !== undefined, shown = isMoved ? value : lever.value;
  const text = textOf(lever, shown);
  return html`<div class=${`lever${isMoved ? ' moved' : ''}`}>
    <label><span>${title}</span><output>${text}${isMoved ? html` <s>${textOf(lever, lever.value)}</s>` : ''}</output>
      <input type="range" ...${range} value=${shown} aria-valuetext=${text} data-lever=${lever.id}
        onInput=${(event) => change(lever.id, event.target.value)} /></label>
    ${isMoved && html`<button type="button" class="quiet" aria-label=${`${words.reset}: ${title}`}
      onClick=${() => change(lever.id, undefined)}>↺</button>`}
  </div>`;
}

// What most orders meet stands first, the rest behind a word.
const isUsual = ({ name }, changes, id) => id in changes || /share|limit|vat|gst|duty|minimis|relief|threshold/.test(name);

export function Levers({ levers, changes, change, words }) {
  const usual = (lever) => isUsual(lever, changes, lever.id), rest = levers.filter((lever) => !usual(lever));
  const draw = (lever) => html`<${Lever} key=${lever.id} lever=${lever} title=${words.pick(lever.title)}
    range=${rangeOf(lever)} value=${changes[lever.id]} change=${change} words=${words} />`;
  return html`<div class="levers">
    ${FACTORS.map((lever) => html`<${Lever} key=${lever.id} lever=${lever} title=${words[lever.id]} range=${lever.range}
      value=${changes[lever.id]} change=${change} words=${words} />`)}
    ${levers.length > 0 && html`<p class="source">${words.levers_note}</p>`}
    ${levers.filter(usual).map(draw)}
    ${rest.length > 0 && html`<details><summary>${words.more_values} (${rest.length})</summary>${rest.map(draw)}</details>`}
  </div>`;
}
