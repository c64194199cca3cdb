// words: what the pages say, in both languages. Names of nodes, kinds, channels and parties come with the data.

const TABLE = {
  as_table: ['The numbers as a table', '数据表'],
  cost_per_order: ['Cost per order', '每单成本'],
  interval: ['95 % interval', '95 % 置信区间'],
  share: ['Share of all nodes', '占全部节点'],
  total: ['All orders', '全部订单合计'],
  median: ['Median', '中位数'],
  mean: ['Mean', '均值'],
  p95: ['95 % within', '95 % 不超过'],
  waiting: ['Waiting', '其中等待'],
  orders: ['orders', '单'],
  not_used: ['not used', '未使用'],
  unchanged_are: ['Unchanged: ', '不变：'],
  unchanged: ['unchanged', '不变'],
  buyers_pay: ['Buyers pay', '买家支付'],
  goods: ['Goods', '货款'],
  margin: ['Margin', '毛利'],
  loss: ['Loss of who held title', '货权持有人亏损'],
  amount: ['Amount', '金额'],
  item: ['Item', '项目'],
  landed: ['Landed cost', '到岸总成本'],
  price_paid: ['Price paid', '支付价格'],
  unit_title: ['Build-up of the price of one unit, by channel', '各渠道每件价格的构成'],
  lead_title: ['Distribution of the time from placed to delivered, by channel', '各渠道从下单到签收用时的分布'],
  revenue_title: ['Revenue of treasuries by month', '各国库逐月收入'],
  delivered: ['Delivered', '已签收'],
  net: ['Net', '净额'],
  treasury: ['Treasury', '国库'],
  month: ['Month', '月份'],
  taxes: ['Taxes', '税种'],
  other_taxes: ['Others', '其他'],
  largest_only: ['The largest treasuries; all of them are in the table.', '图中为收入最多的国库；全部国库见数据表。'],
  before: ['Before', '之前'],
  after: ['After', '之后'],
  difference: ['Difference', '差额'],
  bands_are: ['Bands are 95 % intervals of the difference.', '色带为差额的 95 % 置信区间。'],
  node_changes: ['Change of the cost of an order at the nine nodes', '九个节点上每单成本的变化'],
  receipts: ['Net receipts of treasuries, and by tax', '国库净收入与税种'],
  channels_chosen: ['Share of orders by channel', '各渠道订单占比'],
  net_of_parties: ['Net receipts of parties', '各方净收入'],
  sides_title: ['Who pays more, order by order', '逐单比较：谁多付'],
  pay_more: ['Costs more', '成本上升'],
  pay_less: ['Costs less', '成本下降'],
  pay_the_same: ['The same', '不变'],
  orders_head: ['Orders', '订单数'],
  share_of_orders: ['Share', '占比'],
  in_all: ['In all', '合计'],
  at_most: ['At most', '最多'],
  all_figures: ['All figures', '全部数据'],
  closed: ['closed', '不可用'],
  none_open: ['none is open', '均不可用'],
  curve_title: ['Landed cost of a unit by quantity, for every way', '各渠道每件到岸总成本与数量'],
  axis: ['Axis', '因素'],
  least: ['Least (at)', '最低（取值）'],
  greatest: ['Greatest (at)', '最高（取值）'],
  swing: ['Swing', '幅度'],
  as_it_is: ['as it is', '原值'],
  tornado_title: ['What each axis does', '各因素的影响'],
  indices: ['Sobol indices', 'Sobol 指数'],
  indices_say: ['The share of the variance that an axis explains alone (first), and with all its interactions (total).',
    '各因素单独解释的方差比例（一阶），以及含全部交互作用的比例（总效应）。'],
  first_order: ['first', '一阶'],
  total_order: ['total', '总效应'],
  colon: [': ', '：'],
  comma: [', ', '，'],
  close: ['Close', '收起'],
  dark: ['Dark', '深色'],
  light: ['Light', '浅色'],
};

// Sentences with numbers in them.
const SENTENCES = {
  money_of_an_order: [
    (amount, order) => `Of the ${amount(order.buyers_paid)} of an average order, ${amount(order.goods)} pay for the goods, `
      + `${amount(order.law.net)} for the law, ${amount(order.trade.net)} for trade and `
      + `${amount(order.logistics.net)} for logistics; ${order.margin.startsWith('-')
        ? `who held title loses ${amount(order.margin.slice(1))}` : `${amount(order.margin)} are margin`}.`,
    (amount, order) => `平均每单买家支付 ${amount(order.buyers_paid)}：货款 ${amount(order.goods)}，法律 ${amount(order.law.net)}，`
      + `贸易 ${amount(order.trade.net)}，物流 ${amount(order.logistics.net)}，${order.margin.startsWith('-')
        ? `货权持有人亏损 ${amount(order.margin.slice(1))}` : `毛利 ${amount(order.margin)}`}。`,
  ],
  unit_costs: [
    (least, amount, most, other, channels) => (channels > 1
      ? `One unit lands cheapest by ${least} (${amount}) and dearest by ${most} (${other}).`
      : `One unit by ${least} lands at ${amount}.`),
    (least, amount, most, other, channels) => (channels > 1
      ? `每件到岸总成本最低的渠道是${least}（${amount}），最高的是${most}（${other}）。` : `经${least}，每件到岸总成本为 ${amount}。`),
  ],
  lead_times: [
    (first, time, last, other, channels) => (channels > 1
      ? `Half of the orders by ${first} arrive within ${time}, by ${last} within ${other}.`
      : `Half of the orders by ${first} arrive within ${time}.`),
    (first, time, last, other, channels) => (channels > 1
      ? `${first}的订单有一半在 ${time} 内签收，${last}的一半在 ${other} 内签收。` : `${first}的订单有一半在 ${time} 内签收。`),
  ],
  revenue_of: [
    (treasury, amount) => `${treasury} receives ${amount} in all, less what it gave back; below, month by month.`,
    (treasury, amount) => `${treasury}收入合计 ${amount}（已减去退税）；以下为逐月收入。`,
  ],
  cheapest_ways: [
    (first, rest) => `${first} is the cheapest way${rest.length ? ' for a single unit' : ' for every quantity'}`
      + `${rest.map(([from, way]) => `; from ${from} units on ${way}`).join('')}.`,
    (first, rest) => (rest.length ? `只买一件时${first}最便宜${rest.map(([from, way]) => `；自 ${from} 件起，${way}最便宜`).join('')}。`
      : `任何数量都是${first}最便宜。`),
  ],
  moves_most: [
    (axis, low, high) => `Most depends on ${axis}: from ${low} to ${high}.`,
    (axis, low, high) => `影响最大的因素是${axis}：由 ${low} 到 ${high}。`,
  ],
  landed_by: [
    (group) => `Landed cost per order: ${group.toLowerCase()}`,
    (group) => `单均到岸成本：${group}`,
  ],
  cheapest_over: [
    (axis, first, rest) => `By ${axis}: ${first} is the cheapest way${rest.map(([from, way]) => `; from ${from} on ${way}`).join('')}.`,
    (axis, first, rest) => `按${axis}：${first}最便宜${rest.map(([from, way]) => `；自 ${from} 起，${way}最便宜`).join('')}。`,
  ],
  hours: [
    (hours) => (hours < 1 ? `${hours * 60} min` : hours < 48 ? `${hours} h` : `${hours / 24} d`),
    (hours) => (hours < 1 ? `${hours * 60} 分` : hours < 48 ? `${hours} 小时` : `${hours / 24} 天`),
  ],
};

// Chinese as it is set: no blank between two Chinese signs, a thin one beside one.
const set = (text) => text.replace(/(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])/g, '')
  .replace(/ (?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff]) /g, '\u2009');

// Texts and sentences of one language. names: { group: { id: [en, zh] } }, as the page's data say.
export function wordsOf(lang, names) {
  const at = lang === 'zh' ? 1 : 0;
  const words = { lang };
  for (const key of Object.keys(TABLE)) words[key] = TABLE[key][at];
  for (const key of Object.keys(SENTENCES)) {
    const tell = SENTENCES[key][at];
    words[key] = at === 1 ? (...parts) => set(tell(...parts)) : tell;
  }
  words.name = (group, id) => (names[group] && names[group][id] ? names[group][id][at] : id);
  return words;
}
