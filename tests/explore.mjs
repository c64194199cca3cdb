// Explore and Watch in a browser: a slider moves the picture, an amount tells its law, documents open, a link brings all of
// it back; a live session takes a change of the law and replays to the same digest; nothing is inaccessible.
//
// usage: explore.mjs TRADELOOM MODULES CHROMIUM     prints TAP; MODULES: a node_modules folder with web/package.json's
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const [, , program, modules, chromium] = process.argv;

function skip(why) {
  console.log(`1..0 # SKIP ${why}`);
  process.exit(0);
}

if (!chromium) skip('chromium is not here');
const load = createRequire(resolve(modules, 'package.json'));
let browsers, axe;
try {
  browsers = load('playwright-core');
  axe = load('axe-core');
} catch (error) {
  skip(`the packages of web/package.json are not here: ${error.code}`);
}

let number = 0, failures = 0;

async function check(name, body) {
  const complaints = [];
  try {
    await body((isTrue, complaint) => isTrue || complaints.push(complaint));
  } catch (error) {
    complaints.push(error.stack);
  }
  failures += complaints.length > 0;
  console.log(`${complaints.length ? 'not ok' : 'ok'} ${++number} - ${name}`);
  for (const complaint of complaints.slice(0, 8)) console.log(`# ${String(complaint).replaceAll('\n', '\n# ')}`);
}

const server = spawn(resolve(program), ['serve', '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'inherit'] });
const url = await new Promise((done) => { server.stdout.once('data', (text) => done(String(text).split('\n')[0])); });
const browser = await browsers.chromium.launch({ executablePath: chromium, args: ['--no-sandbox'] });
const wrong = [];

async function open(hash, looks = {}) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', ...looks });
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && wrong.push(message.text()));
  page.on('request', (request) => request.url().startsWith(url) || wrong.push(`asks for ${request.url()}`));
  await page.goto(url + hash);
  return page;
}

// Moves a slider as a hand does: the value, then the event.
const move = (page, lever, value) => page.locator(`input[data-lever="${lever}"]`).evaluate((input, to) => {
  input.value = to;
  input.dispatchEvent(new Event('input', { bubbles: true }));
}, value);

// Waits until the text stands there, or long enough: what the page says then is for the test to judge.
const told = (page, selector, text) => page.locator(selector, { hasText: text }).first().waitFor({ timeout: 10000 }).catch(() => {});

await check('a slider of the law moves the picture, in one sentence, and the link brings it back', async (expect) => {
  const page = await open('#explore');
  await page.waitForSelector('input[data-lever="cn.import.cbec.share_vat"]');
  const before = await page.locator('.key dd').first().textContent();
  await move(page, 'cn.import.cbec.share_vat', '1');
  await page.waitForFunction((old) => document.querySelector('.key dd').textContent !== old, before);
  const said = await page.locator('.head .changed').textContent(), after = await page.locator('.key dd').first().textContent();
  expect(/70 % → 100 %/.test(said) && said.includes('+¥7.80'), `said: ${said}`);
  expect(before === '¥149.77' && after === '¥157.62', `${before}, then ${after}`);
  const again = await open(new URL(page.url()).hash);
  await again.waitForFunction((text) => document.querySelector('.key dd')?.textContent === text, after);
  await page.close();
  await again.close();
});

await check('an amount tells its base, formula and law; a document shows its fields', async (expect) => {
  const page = await open('#explore');
  await page.locator('.ask', { hasText: 'VAT' }).first().click();
  await told(page, '.why', 'announcement 39 of 2019'); // in the reader's language once the pack is there
  const why = await page.locator('.why').textContent();
  expect(why.includes('¥18.20') && why.includes('vat_full * share_vat') && why.includes('announcement 39 of 2019'), why);
  await page.locator('.paper.there').first().click();
  const form = await page.locator('.form').textContent();
  expect(form.includes('acturalPaid') && form.includes('218.20'), form);
  await page.locator('.row .button').filter({ hasText: 'Again' }).click();
  await page.waitForFunction(() => /^[1-9]\/\d+/.test(document.querySelector('.now').textContent));
  await page.close();
});

await check('every way of every lane is answered', async (expect) => {
  const routes = await (await fetch(`${url}v1/routes`)).json();
  expect(routes.length > 30, routes.length);
  for (const { scenario, flow, goods } of routes) {
    const answer = await fetch(`${url}v1/journey`, { method: 'POST', headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ scenario, flow, sku: goods[0].sku, date: '2025-06-02' }) });
    const { state, nodes, story, error } = await answer.json();
    expect(answer.ok && state && nodes.length === 3 && story.cost.landed, `${scenario} ${flow}: ${error && error.message}`);
  }
});

await check('a live session takes a change of the law, and replays to the same digest', async (expect) => {
  const page = await open('#watch');
  await page.locator('.side .button').first().click();
  await page.waitForSelector('.live');
  await page.locator('.speed select').selectOption('864000');
  await page.waitForFunction(() => document.querySelector('.clock').textContent > '2025-01-15');
  await page.locator('[data-change="parameter"]').selectOption('share_vat');
  await page.locator('[data-change="value"]').fill('1');
  await page.locator('.side .button').last().click();
  await page.waitForFunction(() => document.querySelector('.main').textContent.includes('rules.cn.import.cbec.share_vat=1@'));
  const then = await page.locator('.clock').textContent();
  await page.waitForFunction((time) => document.querySelector('.clock').textContent > time, then);
  await page.locator('.main .row .button').first().click();
  const log = await (await fetch(`${url}v1/live/log`)).json(), place = mkdtempSync(join(tmpdir(), 'tradeloom-live-'));
  expect(log.changes.length === 1, JSON.stringify(log));
  const replay = (what) => {
    writeFileSync(join(place, 'session.json'), JSON.stringify(what));
    return spawnSync(resolve(program), ['run', '--replay', 'session.json', '--no-tables', '--lang', 'en'], { cwd: place, encoding: 'utf8' });
  };
  const same = replay(log), other = replay({ ...log, changes: [] });
  expect(same.status === 0 && same.stdout.includes(log.digest), `${same.status} ${same.stderr}`);
  expect(other.status === 1 && other.stderr.includes('digest'), `${other.status} ${other.stderr}`);
  rmSync(place, { recursive: true });
  await page.close();
});

for (const hash of ['#explore', '#watch']) {
  for (const lang of ['en-GB', 'zh-CN']) {
    for (const colorScheme of ['light', 'dark']) {
      await check(`${hash}, ${lang}, ${colorScheme}: accessible, and as wide as the screen`, async (expect) => {
        const page = await open(hash, { locale: lang, colorScheme });
        await page.waitForSelector(hash === '#watch' ? '.live' : '.track');
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate(() => axe.run());
        for (const { id, help, nodes } of violations) expect(false, `${id}: ${help}: ${nodes[0].html}`);
        for (const width of [390, 1440, 1920]) {
          await page.setViewportSize({ width, height: 900 });
          const wide = await page.evaluate(() => document.documentElement.scrollWidth);
          expect(wide <= width, `${wide} pixels at ${width}`);
        }
        await page.close();
      });
    }
  }
}

await check('nothing failed in a page, nothing was fetched elsewhere', async (expect) => expect(wrong.length === 0, wrong.join('\n')));
await browser.close();
server.kill('SIGTERM');
const status = await new Promise((done) => { server.once('exit', done); });
await check('SIGTERM ends the server clean', async (expect) => expect(status === 0, status));
console.log(`1..${number}`);
process.exit(failures ? 1 : 0);
