// number: amounts, counts, spans and shares as a person reads them. Amounts are decimal strings and stay so:
// what is written is what came; only where a mark is drawn do they become floating point.

const SIGNS = { CNY: '¥', EUR: '€', USD: 'US$', GBP: '£', JPY: 'JP¥', BRL: 'R$', AUD: 'A$', NZD: 'NZ$', CAD: 'C$' };

const grouped = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ',');

export const count = (number) => grouped(String(number)).replace('-', '−');

// "-1218.20" in CNY: "−¥1,218.20".
export function money(text, currency) {
  const [whole, rest] = text.replace('-', '').split('.');
  const sign = SIGNS[currency] || `${currency} `;
  return `${text.startsWith('-') ? '−' : ''}${sign}${grouped(whole)}${rest ? `.${rest}` : ''}`;
}

// Currencies without cents.
const WHOLE = ['JPY', 'KRW', 'VND', 'CLP'];

// A decimal string with more digits than its currency has, half up: "12.3648" is "12.36".
export function rounded(text, currency) {
  const digits = WHOLE.includes(currency) ? 0 : 2;
  const [whole, rest = ''] = text.replace('-', '').split('.');
  if (rest.length <= digits) return text;
  const number = BigInt(whole + rest.slice(0, digits)) + (rest[digits] >= '5' ? 1n : 0n);
  const plain = String(number).padStart(digits + 1, '0'), cut = plain.length - digits;
  return `${text.startsWith('-') && number > 0n ? '-' : ''}${plain.slice(0, cut)}${digits ? `.${plain.slice(cut)}` : ''}`;
}

// A decimal string with thousands marked.
export function decimal(text) {
  const [whole, rest] = text.replace('-', '').split('.');
  return `${text.startsWith('-') ? '−' : ''}${grouped(whole)}${rest ? `.${rest}` : ''}`;
}

// The text of a change, with the sign that its value has.
export const signed = (text, value) => (Number(value) > 0 ? `+${text}` : text);

const STEPS = {
  en: [[1e12, ' tn'], [1e9, ' bn'], [1e6, ' m'], [1e3, 'k']],
  zh: [[1e12, ' 万亿'], [1e8, ' 亿'], [1e4, ' 万']],
};

const three = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

// For marks and axes: at most three significant digits beyond a thousand, "US$2.03 m", "¥203 万".
export function short(value, currency, lang) {
  const size = Math.abs(value);
  const [unit, name] = STEPS[lang].find(([least]) => size >= least) || [1, ''];
  const digits = unit === 1 ? (Number.isInteger(size) ? grouped(String(size)) : three(size)) : three(size / unit);
  const plain = digits.includes('.') && unit !== 1 ? digits.replace(/\.?0+$/, '') : digits;
  return `${value < 0 ? '−' : ''}${currency ? SIGNS[currency] || `${currency} ` : ''}${plain}${name}`;
}

// Hours: "35 min", "7.3 h", "12.5 d".
export function span(hours, lang) {
  const value = Number(hours);
  const [amount, unit] = value < 1 ? [Math.round(value * 60), { en: ' min', zh: ' 分' }]
    : value < 48 ? [value.toFixed(1), { en: ' h', zh: ' 小时' }]
      : [(value / 24).toFixed(1), { en: ' d', zh: ' 天' }];
  return amount + unit[lang];
}

export const share = (text) => `${(Number(text) * 100).toFixed(1)} %`.replace('-', '−');
