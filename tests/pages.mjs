// What a reader sees of a report, by a browser: nothing fails, nothing is fetched, nothing is inaccessible, and every
// amount on the page stands in the JSON that the verb wrote.
//
// usage: pages.mjs TRADELOOM MODULES CHROMIUM     see browser.mjs
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { accessible, binary, check, counted, finish, fits, open as openPage, until, wrong } from './browser.mjs';

const MOST = 150 * 1024; // compressed bytes of a page
const place = mkdtempSync(join(tmpdir(), 'tradeloom-pages-'));
const call = (...words) => execFileSync(binary, words, { cwd: place, stdio: ['ignore', 'pipe', 'pipe'] }).toString();
const json = (name) => JSON.parse(readFileSync(join(place, name), 'utf8'));

// ---- what there is to look at ----

const REFORM = {
  schema_version: 1,
  rules: { 'cn.import.cbec': { parameters: { share_vat: { '2019-01-01': { value: '1', unit: 'rate' } } } } },
};

const PLAN = {
  schema_version: 1, id: 'small', scenario: 'milk-powder', replications: 2, limit: 60, design: 'grid',
  axes: [{ path: 'flows.bonded.rates.return', from: '0.02', to: '0.10' }, { path: 'prices.cn.last_mile.fixed', values: ['3.20', '6.40'] }],
};

const REPORTS = {
  run: () => {
    call('run', 'milk-powder', '--limit', '300', '--replications', '3', '--lang', 'en', '--out', 'run');
    return ['run/report.html', json('run/summary.json')];
  },
  export: () => {
    call('run', 'shenzhen-germany', '--limit', '200', '--lang', 'zh', '--out', 'export');
    return ['export/report.html', json('export/summary.json')];
  },
  compare: () => {
    writeFileSync(join(place, 'reform.json'), JSON.stringify(REFORM));
    call('compare', 'milk-powder', 'reform.json', 'vat-10', '--limit', '200', '--replications', '3', '--lang', 'en', '--out', 'compare');
    return ['compare/report.html', json('compare/compare.json')];
  },
  curve: () => {
    call('curve', 'milk-powder', '--most', '5000', '--lang', 'en', '--out', 'curve');
    return ['curve/report.html', json('curve/curve.json')];
  },
  sweep: () => {
    writeFileSync(join(place, 'plan.json'), JSON.stringify(PLAN));
    call('sweep', 'run', 'plan.json', '--out', 'sweep');
    call('sweep', 'merge', 'plan.json', '--lang', 'zh', '--out', 'sweep');
    return ['sweep/report.html', json('sweep/sweep.json')];
  },
};

// ---- amounts ----

const SIGNS = { CNY: '¥', EUR: '€', USD: 'US$', GBP: '£' };

// As a page writes it: sign, thousands, cents.
function amount(text, currency) {
  const [whole, cents] = text.replace('-', '').split('.');
  return `${SIGNS[currency]}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents}`;
}

// Half up to cents, of a string with more digits.
function cents(text) {
  const [whole, rest] = text.replace('-', '').split('.');
  const value = BigInt(whole + rest.slice(0, 2)) + (rest.length > 2 && rest[2] >= '5' ? 1n : 0n);
  const digits = String(value).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

// All decimal strings of a document, as a page would write them, without their sign.
function amountsOf(document, currency, out = new Set()) {
  if (typeof document === 'string' && /^-?\d+\.\d{2,4}$/.test(document)) out.add(amount(cents(document), currency));
  else if (document && typeof document === 'object') Object.values(document).forEach((part) => amountsOf(part, currency, out));
  return out;
}

// Everything that the scripts drew, and the tables behind it.
const DRAWN = () => [...document.querySelectorAll('section .figure, section .matrix, section .drill')]
  .map((part) => part.textContent).join('\n');

// ---- checks ----

// Opens a report, and waits until every place of a drawing has one.
async function open(path, looks = {}) {
  const page = await openPage(`file://${join(place, path)}`, { home: 'file:', ...looks });
  if (looks.javaScriptEnabled !== false) {
    await page.locator('svg.chart').first().waitFor();
    await counted(page.locator('.drawing:empty'), 0);
  }
  return page;
}

async function looks(path, report) {
  const page = await open(path);
  const nodes = page.locator('button.node');
  if (await nodes.count()) {
    await nodes.first().click();
    await page.locator('.drill').waitFor();
  }
  for (const lang of ['en', 'zh']) {
    for (const colorScheme of ['light', 'dark']) {
      await check(`${report}, ${lang}, ${colorScheme}: no error, nothing fetched, accessible`, async (expect) => {
        await page.emulateMedia({ colorScheme });
        await page.locator(`label.to-${lang}`).click();
        const shown = await until(() => page.locator('html').getAttribute('lang'), (seen) => seen === lang);
        expect(shown === lang, `the language is ${shown}`);
        await accessible(page, report, expect);
        expect(wrong.length === 0, wrong.splice(0).join('\n'));
      });
    }
  }
  await check(`${report}: the button turns dark to light`, async (expect) => {
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const before = await ground();
    await page.locator('.picks button').click();
    expect(await until(ground, (seen) => seen !== before) !== before, `it stays ${before}`);
  });
  await page.context().close();
}

// How far the smallest chart is scaled.
const LEAST = () => Math.min(...[...document.querySelectorAll('svg.chart')].map((chart) => chart.getBoundingClientRect().width
  / chart.viewBox.baseVal.width));

async function widths(path, report) {
  await check(`${report}: a phone and a projector show all of it, and paper`, async (expect) => {
    const page = await open(path);
    for (const width of [390, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      await fits(page, report, expect);
      const least = await until(() => page.evaluate(LEAST), (seen) => seen > 0.99);
      expect(least > 0.99, `a chart is scaled to ${least} at ${width}: its texts shrink`);
    }
    const paper = await page.pdf({ format: 'A4', margin: { top: '15mm', bottom: '15mm', left: '15mm', right: '15mm' } });
    expect(paper.length > 20000, 'nothing is printed');
    await page.context().close();
  });
  await check(`${report}: fits into a mail`, async (expect) => {
    const size = gzipSync(readFileSync(join(place, path))).length;
    expect(size <= MOST, `${size} bytes compressed`);
  });
}

async function figures(path, report, document) {
  await check(`${report}: every amount that was drawn stands in the JSON`, async (expect) => {
    const page = await open(path);
    for (const node of await page.locator('button.node').all()) {
      await node.click();
      await until(() => node.getAttribute('aria-expanded'), (is) => is === 'true');
    }
    const drawn = await page.evaluate(DRAWN), known = amountsOf(document, document.base_currency || document.currency);
    const told = drawn.match(/(?:¥|€|£|US\$)[\d,]+\.\d\d(?!\d)/g) || [];
    expect(told.length > 40, `only ${told.length} amounts`);
    for (const text of new Set(told)) expect(known.has(text), `${text} is not in the JSON`);
    await page.context().close();
  });
}

async function matrix(path, report, summary) {
  await check(`${report}: the nine nodes, the average order, units and treasuries say what the summary says`, async (expect) => {
    const page = await open(path);
    const currency = summary.base_currency;
    const sums = await page.locator('button.node .sum').allTextContents();
    expect(String(sums.map((text) => text.replace('−', ''))) === String(summary.matrix.filter(({ cost }) => Number(cost.total))
      .map(({ cost }) => amount(cost.per_order, currency))), `nodes: ${sums}`);
    const has = async (view, text) => expect((await page.locator(`#${view}`).textContent()).includes(text), `${view}: no ${text}`);
    for (const part of ['buyers_paid', 'goods', 'margin']) await has('money', amount(summary.average_order[part], currency));
    for (const layer of ['law', 'trade', 'logistics']) await has('money', amount(summary.average_order[layer].net, currency));
    for (const { units, per_unit: unit } of summary.channels) if (units) for (const text of Object.values(unit)) await has('channels', amount(text, currency));
    for (const { net, months } of summary.treasuries) for (const text of [net, ...months.map((month) => month.net)]) await has('treasuries', amount(text, currency));
    await page.context().close();
  });
  await check(`${report}: without scripts it is a page of tables`, async (expect) => {
    const page = await open(path, { javaScriptEnabled: false });
    expect(await page.locator('details.node, div.node').count() === 9, 'not nine nodes');
    expect(await page.locator('table').count() > 10, 'no tables');
    expect(await page.locator('svg').count() === 0, 'a chart');
    await page.context().close();
  });
}

async function effects(path, report, { base_currency: currency, reforms }) {
  await check(`${report}: differences and intervals say what compare.json says`, async (expect) => {
    const page = await open(path);
    const drawn = await page.evaluate(DRAWN);
    for (const { static: fixed, dynamic: free } of reforms) {
      for (const figure of [...fixed.figures, ...free.figures]) {
        if (figure.figure !== 'landed_per_order' || figure.group === 'product' || Number(figure.difference) === 0) continue;
        const texts = [figure.before, figure.after, figure.difference, ...figure.ci95].map((text) => amount(cents(text), currency));
        for (const text of texts) expect(drawn.includes(text), `${figure.en}: no ${text}`);
      }
    }
    await page.context().close();
  });
}

async function axes(path, report, { effects }) {
  await check(`${report}: the tornado says what sweep.json says`, async (expect) => {
    const page = await open(path);
    const drawn = await page.evaluate(DRAWN), known = new Set();
    const plain = (text) => text.replace('-', '').replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','));
    for (const { base, tornado } of effects) {
      for (const text of [base, ...tornado.flatMap(({ low, high, swing }) => [low, high, swing])]) known.add(plain(text));
      if (Number(tornado[0].swing) === 0) continue;
      for (const { low, high } of tornado) for (const text of [low, high]) expect(drawn.includes(plain(text)), `no ${text}`);
    }
    const told = drawn.match(/[\d,]+\.\d{4}(?!\d)/g) || [];
    expect(told.length > 20, `only ${told.length} figures`);
    for (const text of new Set(told)) expect(known.has(text), `${text} is not in the JSON`);
    await page.context().close();
  });
}

async function crossings(path, report, { cheapest, points, currency }) {
  await check(`${report}: crossings and costs say what curve.json says`, async (expect) => {
    const page = await open(path);
    const marks = await page.locator('svg.chart .amount').allTextContents();
    const wanted = cheapest.slice(1).map(({ from }) => from.toLocaleString('en-GB'));
    expect(cheapest.length > 1 && String(marks) === String(wanted), `crossings at ${marks}, not ${wanted}`);
    const table = await page.locator('#points .twin .wide').last().textContent();
    for (const { cost } of points) for (const text of Object.values(cost)) expect(table.includes(amount(text, currency)), `no ${text}`);
    await page.context().close();
  });
}

for (const [report, make] of Object.entries(REPORTS)) {
  const [path, document] = make();
  await looks(path, report);
  await widths(path, report);
  if (document.effects) await axes(path, report, document);
  else await figures(path, report, document);
  if (document.matrix) await matrix(path, report, document);
  if (document.cheapest) await crossings(path, report, document);
  if (document.reforms) await effects(path, report, document);
}
rmSync(place, { recursive: true });
await finish();
