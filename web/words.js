// words: what the pages say, in both languages. Names of nodes, kinds, channels and parties come with the data.

const TABLE = {
  as_table: ['The numbers as a table', '数据表'],
  cost_per_order: ['Cost per order', '每单成本'],
  interval: ['95 % interval', '95 % 置信区间'],
  share: ['Share of all nodes', '占全部节点'],
  total: ['All orders', '全部订单合计'],
  time: ['Time', '用时'],
  median: ['Median', '中位数'],
  mean: ['Mean', '均值'],
  p95: ['95 % within', '95 % 不超过'],
  waiting: ['Waiting', '其中等待'],
  orders: ['orders', '单'],
  not_used: ['not used', '未使用'],
  consists: ['What it consists of', '构成'],
  buyers_pay: ['Buyers pay', '买家支付'],
  goods: ['Goods', '货款'],
  margin: ['Margin', '毛利'],
  loss: ['Loss of who held title', '货权持有人亏损'],
  given_back: ['Given back', '退还'],
  amount: ['Amount', '金额'],
  item: ['Item', '项目'],
  close: ['Close', '收起'],
  dark: ['Dark', '深色'],
  light: ['Light', '浅色'],
};

// Sentences with numbers in them.
const SENTENCES = {
  money_of_an_order: [
    (amount, order) => `Of the ${amount(order.buyers_paid)} of an average order, ${amount(order.goods)} pay for the goods, `
      + `${amount(order.law.net)} for the law, ${amount(order.trade.net)} for trade and `
      + `${amount(order.logistics.net)} for logistics; ${amount(order.margin)} are margin.`,
    (amount, order) => `平均每单买家支付 ${amount(order.buyers_paid)}：货款 ${amount(order.goods)}，法律 ${amount(order.law.net)}，`
      + `贸易 ${amount(order.trade.net)}，物流 ${amount(order.logistics.net)}，毛利 ${amount(order.margin)}。`,
  ],
};

// Texts and sentences of one language. names: { group: { id: [en, zh] } }, as the page's data say.
export function wordsOf(lang, names) {
  const at = lang === 'zh' ? 1 : 0;
  const words = { lang };
  for (const key of Object.keys(TABLE)) words[key] = TABLE[key][at];
  for (const key of Object.keys(SENTENCES)) words[key] = SENTENCES[key][at];
  words.name = (group, id) => (names[group] && names[group][id] ? names[group][id][at] : id);
  return words;
}
