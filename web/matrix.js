// matrix: the nine nodes as a heat map: law over trade over logistics, and what a node consists of when asked.
import { useState } from 'preact/hooks';
import { html } from './html.js';
import { count, money, share, span } from './number.js';

const LAYERS = ['law', 'trade', 'logistics'];
const COLUMNS = ['export_retail', 'general_trade', 'import_retail'];

// Cost per order beside the costliest node's, in five steps; 0 where nothing passes.
export function heatOf(nodes) {
  const most = Math.max(...nodes.map((node) => Number(node.cost.per_order)), 0);
  return (node) => {
    const value = Number(node.cost.per_order);
    return value > 0 ? 1 + Math.min(4, Math.floor((5 * value) / most * 0.9999)) : Number(node.cost.total) ? 1 : 0;
  };
}

function Node({ node, heat, open, toggle, currency, words }) {
  const name = words.name('node', `${node.layer}.${node.column}`);
  const style = `node ${node.layer}${heat}${open ? ' open' : ''}`;
  if (heat === 0) {
    return html`<div class="node none"><span class="name">${name}</span><span class="more">${words.not_used}</span></div>`;
  }
  const { cost, hours } = node;
  return html`<button type="button" class=${style} aria-expanded=${open} onClick=${toggle}>
    <span class="name">${name}</span>
    <span class="sum">${money(cost.per_order, currency)}</span>
    ${cost.ci95 && html`<span class="more"><span>${money(cost.ci95[0], currency)} …</span> <span>${money(cost.ci95[1], currency)}</span></span>`}
    <span class="more"><span>${share(cost.share)}</span>${Number(hours.p50) > 0 && html` · <span>${span(hours.p50, words.lang)}</span>`}</span>
  </button>`;
}

function Kinds({ node, currency, words }) {
  const kinds = Object.entries(node.kinds).sort((a, b) => Math.abs(Number(b[1])) - Math.abs(Number(a[1])));
  const most = Math.max(...kinds.map(([, amount]) => Math.abs(Number(amount))), 1e-9);
  return html`<table class="bars"><tbody>
    ${kinds.map(([kind, amount]) => html`<tr>
      <th scope="row">${words.name('kind', kind)}</th>
      <td class="bar"><span class=${`fill ${node.layer}${Number(amount) < 0 ? ' back' : ''}`}
        style=${{ width: `${(100 * Math.abs(Number(amount))) / most}%` }}></span></td>
      <td class="number">${money(amount, currency)}</td>
    </tr>`)}
    <tr class="total"><th scope="row">${words.total}</th><td></td><td class="number">${money(node.cost.total, currency)}</td></tr>
  </tbody></table>`;
}

function Details({ node, close, currency, words }) {
  const { lang } = words;
  const facts = [[words.cost_per_order, money(node.cost.per_order, currency)],
    node.cost.ci95 && [words.interval, node.cost.ci95.map((amount) => money(amount, currency)).join(' … ')],
    [words.share, share(node.cost.share)]];
  if (Number(node.hours.mean) > 0) {
    facts.push([words.mean, span(node.hours.mean, lang)], [words.median, span(node.hours.p50, lang)],
      [words.p95, span(node.hours.p95, lang)], [words.waiting, span(node.hours.waiting, lang)]);
  }
  return html`<div class=${`drill ${node.layer}`}>
    <div class="drill-head"><h3>${words.name('layer', node.layer)} × ${words.name('column', node.column)}${words.colon}${words.name('node', `${node.layer}.${node.column}`)}</h3>
      <button type="button" class="quiet" onClick=${close}>${words.close}</button></div>
    <dl class="facts">${facts.filter(Boolean).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    <${Kinds} node=${node} currency=${currency} words=${words} />
  </div>`;
}

// nodes: `matrix` of a summary; placed: orders by column, where known.
export function Matrix({ nodes, placed, currency, words }) {
  const [open, setOpen] = useState(null);
  const heat = heatOf(nodes);
  const at = (layer, column) => nodes.find((node) => node.layer === layer && node.column === column);
  const node = open && at(...open.split('.'));
  return html`<div>
    <div class="matrix">
      <div class="corner"></div>
      ${COLUMNS.map((column) => html`<div class="column"><b>${words.name('column', column)}</b>
        ${placed && html`<span>${count(placed[column] || 0)} ${words.orders}</span>`}</div>`)}
      ${LAYERS.map((layer) => [html`<div class=${`layer ${layer}`}>${words.name('layer', layer)}</div>`,
        ...COLUMNS.map((column) => {
          const id = `${layer}.${column}`;
          return html`<${Node} key=${id} node=${at(layer, column)} heat=${heat(at(layer, column))} open=${open === id}
            toggle=${() => setOpen(open === id ? null : id)} currency=${currency} words=${words} />`;
        })])}
    </div>
    ${node && html`<${Details} node=${node} close=${() => setOpen(null)} currency=${currency} words=${words} />`}
  </div>`;
}
