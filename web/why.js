// why: who pays an amount to whom, how it is reckoned, and which law says so.
import { html } from './html.js';
import { money } from './number.js';

// What the order's story says of a kind of cost: answers of the law (of each rule the last counts) and postings.
export function reasonsOf(story, kind) {
  const law = new Map();
  for (const charge of story.flatMap((entry) => entry.law || [])) law.set(`${charge.rule} ${charge.line}`, charge);
  return {
    law: [...law.values()].filter((charge) => charge.kind === kind),
    postings: story.filter((entry) => entry.posting === kind),
  };
}

const isPlain = (text) => text !== null && text !== undefined && text !== '';

function Charge({ charge, currency, pack, words }) {
  const facts = [
    [words.base, charge.base && money(charge.base, currency)],
    [words.rate, charge.rate],
    [words.formula, charge.formula && html`<code>${charge.formula}</code>`],
    [words.rounding, charge.rounding],
    [words.law_text, charge.law && lawText(charge.law, pack, words)],
    [words.since, charge.since],
    [words.reason, charge.reason],
    [words.treasury_gets, charge.treasury && words.place(charge.treasury)],
  ].filter(([, value]) => isPlain(value));
  return html`<div class="reason">
    <p class="reason-head">${words.name('kind', charge.kind)}: <b>${money(charge.amount, currency)}</b></p>
    <dl class="reckoning">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    <p class="source"><code>${charge.rule}</code></p>
  </div>`;
}

// A law in the reader's language: the pack has both.
function lawText(text, pack, words) {
  for (const { values } of pack ? pack.parameters : []) {
    for (const { law } of values) if (law && (law.zh === text || law.en === text)) return words.pick(law);
  }
  return text;
}

function Posting({ posting, words }) {
  return html`<p class="reason">${words.name('party', posting.from)} → ${words.name('party', posting.to)}:
    ${' '}<b>${money(posting.amount, posting.currency)}</b>
    <span class="source"> ${posting.reason.includes('/') ? words.rule : words.price_row} <code>${posting.reason}</code></span></p>`;
}

// asked: { kind, amount } or null
export function Why({ asked, result, pack, words }) {
  if (!asked) return html`<p class="dim">${words.why_hint}</p>`;
  const { law, postings } = reasonsOf(result.story.story, asked.kind);
  const own = postings.reduce((sum, posting) => sum + Number(posting.base_amount), 0);
  return html`<h3>${words.name('kind', asked.kind)}: ${money(asked.amount, result.currency)}</h3>
    ${law.map((charge) => html`<${Charge} charge=${charge} currency=${result.charge_currency} pack=${pack} words=${words} />`)}
    ${postings.map((posting) => html`<${Posting} posting=${posting} words=${words} />`)}
    ${Math.abs(own - Number(asked.amount)) > 0.02 && html`<p class="reason dim">${words.from_stock}</p>`}`;
}
