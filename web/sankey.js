// sankey: where the money of an average order goes: from the buyer over goods, layers and margin to kinds of cost.
import { sankey, sankeyLinkHorizontal } from 'd3-sankey';
import { html, Figure } from './html.js';
import { money } from './number.js';

const LAYERS = ['law', 'trade', 'logistics'];

const amountsOf = (part) => Object.entries(part.kinds).map(([kind, text]) => [kind, text, Number(text)]);

// order: { buyers_paid, goods, margin, law: { net, kinds: { kind: amount } }, trade, logistics }, decimal strings.
// What comes back (a credit for tax) or is added (a loss) enters from the left, so that nothing runs in a circle:
// it pays for its own layer first, then for goods.
export function graphOf(order, words) {
  const nodes = [{ id: 'paid', look: 'money', name: words.buyers_pay, amount: order.buyers_paid, level: 0 }], links = [];
  const link = (source, target, value, look) => value > 0.004 && links.push({ source, target, value, look });
  const margin = Number(order.margin);
  let goods = Number(order.goods);
  const spend = (source, value, look) => { // on goods, instead of the buyer's money
    link(source, 'goods', value, look);
    goods -= value;
  };
  nodes.push({ id: 'goods', look: 'goods', name: words.goods, amount: order.goods, level: 1 });
  for (const layer of LAYERS) {
    const kinds = amountsOf(order[layer]), net = Number(order[layer].net);
    const gross = kinds.reduce((sum, [, , value]) => sum + Math.max(value, 0), 0);
    let owed = gross;
    if (kinds.length === 0) continue;
    nodes.push({ id: layer, look: layer, name: words.name('layer', layer), amount: order[layer].net, level: 1 });
    for (const [kind, text, value] of kinds) {
      const id = `${layer}.${kind}`, name = words.name('kind', kind);
      if (value > 0) {
        nodes.push({ id, look: layer, name, amount: text, level: 2 });
        link(layer, id, value, layer);
      } else if (value < 0) {
        const own = Math.min(-value, owed);
        nodes.push({ id, look: layer, name, amount: text, level: 0 });
        link(id, layer, own, layer);
        spend(id, -value - own, layer);
        owed -= own;
      }
    }
    link('paid', layer, Math.max(Math.min(net, gross), 0), layer);
  }
  if (margin > 0) {
    nodes.push({ id: 'margin', look: 'margin', name: words.margin, amount: order.margin, level: 1 });
    link('paid', 'margin', margin, 'margin');
  } else if (margin < 0) {
    nodes.push({ id: 'loss', look: 'margin', name: words.loss, amount: order.margin, level: 0 });
    spend('loss', -margin, 'margin');
  }
  link('paid', 'goods', goods, 'goods');
  const rank = (id) => nodes.findIndex((node) => node.id === id);
  links.sort((a, b) => rank(a.target) - rank(b.target) || rank(a.source) - rank(b.source));
  const used = new Set(links.flatMap(({ source, target }) => [source, target]));
  return { nodes: nodes.filter(({ id }) => used.has(id)), links };
}

const GAP = 20, TOP = 24, BAR = 12, PHONE = 600;

// Where there is no room for the texts of kinds they are left to the table.
function without(graph, level) {
  const nodes = graph.nodes.filter((node) => node.level !== level), ids = new Set(nodes.map((node) => node.id));
  return { nodes, links: graph.links.filter((link) => ids.has(link.source) && ids.has(link.target)) };
}

function draw(width, { order, currency, words }) {
  const whole = graphOf(order, words), graph = width < PHONE ? without(whole, 2) : whole;
  const last = Math.max(...graph.nodes.map((node) => node.level));
  const rows = Math.max(...[0, 1, 2].map((level) => graph.nodes.filter((node) => node.level === level).length));
  const height = TOP + Math.max(320, rows * (GAP + 8));
  const layout = sankey().nodeId((node) => node.id).nodeAlign((node) => node.level).nodeWidth(BAR).nodePadding(GAP)
    .nodeSort(null).linkSort(null).extent([[0, TOP], [width, height - 12]]);
  const { nodes, links } = layout(graph);
  const path = sankeyLinkHorizontal();
  const label = (node) => {
    const y = (node.y0 + node.y1) / 2;
    const text = [node.name, ' ', html`<tspan class="amount">${money(node.amount, currency)}</tspan>`];
    if (node.id === 'paid') return html`<text x="0" y=${node.y0 - 8}>${text}</text>`;
    if (node.level === last) return html`<text x=${node.x0 - 6} y=${y} dy=".35em" text-anchor="end">${text}</text>`;
    return html`<text x=${node.x1 + 6} y=${y} dy=".35em">${text}</text>`;
  };
  const about = `${words.buyers_pay} ${money(order.buyers_paid, currency)}`;
  return html`<svg class="chart" role="img" aria-label=${about} width=${width} height=${height} viewBox="0 0 ${width} ${height}">
    ${links.map((link) => html`<path class="flow ${link.look}" d=${path(link)} stroke-width=${Math.max(1, link.width)} />`)}
    ${nodes.map((node) => html`<rect class="block ${node.look}" x=${node.x0} y=${node.y0} width=${BAR}
      height=${Math.max(1, node.y1 - node.y0)}><title>${node.name} ${money(node.amount, currency)}</title></rect>`)}
    ${nodes.map(label)}
  </svg>`;
}

export function Money({ order, currency, beside, words }) {
  const amount = (text) => money(text, currency);
  const rows = [[words.buyers_pay, amount(order.buyers_paid)], [words.goods, amount(order.goods)]];
  for (const layer of LAYERS) {
    rows.push([words.name('layer', layer), amount(order[layer].net)]);
    for (const [kind, text] of amountsOf(order[layer])) rows.push([`– ${words.name('kind', kind)}`, amount(text)]);
  }
  rows.push([words.margin, amount(order.margin)]);
  return html`<${Figure} words=${words} beside=${beside} say=${words.money_of_an_order(amount, order)}
    draw=${(width) => draw(width, { order, currency, words })}
    table=${{ head: [words.item, words.amount], rows }} />`;
}
