// Explore and Watch in a browser: a slider moves the picture, an amount tells its law, documents open, a link brings all of
// it back; a live session takes a change of the law and replays to the same digest; nothing is inaccessible.
//
// usage: explore.mjs TRADELOOM MODULES CHROMIUM [FOLDER]     see browser.mjs
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessible, binary, check, finish, fits, listen, open, picture, post, serve, SIZES, told, until, wrong } from './browser.mjs';

const server = await serve(1, '--listen', '127.0.0.1:0'), { home } = server;
const visit = (hash, looks = {}) => open(`${home}/${hash}`, { home, ...looks });

// Moves a slider as a hand does: the value, then the event.
const move = (page, lever, value) => page.locator(`input[data-lever="${lever}"]`).evaluate((input, to) => {
  input.value = to;
  input.dispatchEvent(new Event('input', { bubbles: true }));
}, value);

await check('a slider of the law moves the picture, in one sentence, and the link brings it back', async (expect) => {
  const page = await visit('#explore'), cost = page.locator('.key dd').first();
  await page.waitForSelector('input[data-lever="cn.import.cbec.share_vat"]');
  const before = await told(cost, '¥149.77');
  await move(page, 'cn.import.cbec.share_vat', '1');
  const after = await told(cost, '¥157.62'), said = await told(page.locator('.head .changed'), '+¥7.80');
  expect(/70 % → 100 %/.test(said) && said.includes('+¥7.80'), `said: ${said}`);
  expect(before === '¥149.77' && after === '¥157.62', `${before}, then ${after}`);
  await page.locator('.ask', { hasText: 'VAT' }).first().click();
  await told(page.locator('.why'), 'announcement 39 of 2019');
  await picture(page, 'explore', {});
  const again = await visit(new URL(page.url()).hash);
  const brought = await told(again.locator('.key dd').first(), after);
  expect(brought === after, `the link brings ${brought}`);
  await page.context().close();
  await again.context().close();
});

await check('an amount tells its base, formula and law; a document shows its fields', async (expect) => {
  const page = await visit('#explore');
  await page.locator('.ask', { hasText: 'VAT' }).first().click();
  const why = await told(page.locator('.why'), 'announcement 39 of 2019'); // in the reader's language once the pack is there
  expect(why.includes('¥18.20') && why.includes('vat_full * share_vat') && why.includes('announcement 39 of 2019'), why);
  await page.locator('.paper.there').first().click();
  const form = await told(page.locator('.form'), '218.20');
  expect(form.includes('acturalPaid') && form.includes('218.20'), form);
  await page.locator('.row .quiet').filter({ hasText: 'Again' }).click();
  const now = await told(page.locator('.now'), /^[1-9]\/\d+/);
  expect(/^[1-9]\/\d+/.test(now), now);
  await page.context().close();
});

await check('every way of every lane is answered', async (expect) => {
  const routes = await (await fetch(`${home}/v1/routes`)).json();
  expect(routes.length > 30, routes.length);
  for (const { scenario, flow, goods } of routes) {
    const answer = await post(`${home}/v1/journey`, { scenario, flow, sku: goods[0].sku, date: '2025-06-02' });
    const { state, nodes, story, error } = await answer.json();
    expect(answer.ok && state && nodes.length === 3 && story.cost.landed, `${scenario} ${flow}: ${error && error.message}`);
  }
});

// The session ends its day, and `run --replay` comes to the same digest by its log; without its changes to another.
async function replays(changes, expect) {
  const log = await (await fetch(`${home}/v1/live/log`)).json(), place = mkdtempSync(join(tmpdir(), 'tradeloom-live-'));
  expect(log.changes.length === changes, JSON.stringify(log));
  const replay = (what) => {
    writeFileSync(join(place, 'session.json'), JSON.stringify(what));
    return spawnSync(binary, ['run', '--replay', 'session.json', '--no-tables', '--lang', 'en'], { cwd: place, encoding: 'utf8' });
  };
  const same = replay(log), other = replay({ ...log, changes: [] });
  expect(same.status === 0 && same.stdout.includes(log.digest), `${same.status} ${same.stderr}`);
  expect(other.status === 1 && other.stderr.includes('digest'), `${other.status} ${other.stderr}`);
  rmSync(place, { recursive: true });
}

await check('a live session takes a change of the law, and replays to the same digest', async (expect) => {
  const page = await visit('#watch'), clock = page.locator('.clock'), play = page.locator('button[name=play]');
  await page.locator('button[name=start]').click();
  await page.waitForSelector('.live');
  await page.locator('.speed select').selectOption('864000');
  const late = await until(() => clock.textContent(), (time) => time > '2025-01-15');
  await page.locator('.speed select').selectOption('86400');
  await page.locator('[data-change="parameter"]').selectOption('share_vat');
  await page.locator('[data-change="value"]').fill('1');
  await page.locator('button[name=change]').click();
  const main = await told(page.locator('.main'), 'rules.cn.import.cbec.share_vat=1@');
  expect(main.includes('rules.cn.import.cbec.share_vat=1@'), main);
  const then = await clock.textContent(), later = await until(() => clock.textContent(), (time) => time > then);
  expect(late > '2025-01-15' && later > then, `${late}, ${then}, ${later}`);
  await picture(page, 'watch', { clip: { x: 0, y: 0, width: 1440, height: 1300 }, fullPage: true });
  await play.click();
  await told(play, 'Play');
  await replays(1, expect);
  await page.context().close();
});

await check('prices change in the middle, too: freight from the next day on, the yuan from the next month on', async (expect) => {
  const state = await (await post(`${home}/v1/live`, { scenario: 'milk-powder' })).json();
  await post(`${home}/v1/live/command`, { do: 'pause' });
  const page = await visit('#watch');
  for (const [name, value] of [['freight', '3'], ['CNY', '0.9']]) {
    await page.locator('[data-change="pack"]').selectOption('factors');
    await page.locator('[data-change="parameter"]').selectOption(name);
    await page.locator('[data-change="value"]').fill(value);
    await page.locator('button[name=change]').click();
    const made = await told(page.locator('.made'), `factors.${name}.2025-01-02=${value}`);
    expect(made.includes(`factors.${name}.2025-01-02=${value}`), `${state.time}: ${made}`);
  }
  await post(`${home}/v1/live/command`, { do: 'play', speed: 864000 });
  const chart = await told(page.locator('.course'), '02-'), { points } = await (await fetch(`${home}/v1/live/past`)).json();
  expect(chart.includes('On their way'), chart);
  expect(points.length > 5 && points.every(({ time }, i) => i === 0 || time.slice(0, 10) > points[i - 1].time.slice(0, 10)),
    JSON.stringify(points.slice(0, 3)));
  await post(`${home}/v1/live/command`, { do: 'pause' });
  await replays(2, expect);
  await page.context().close();
});

// How many streams the server says there are, once they are as many as there should be.
const watching = (wanted) => until(async () => (await (await fetch(`${home}/v1/live`)).json()).watching, (seen) => seen === wanted);

await check('all tabs of a browser share one stream; it ends with the last of them', async (expect) => {
  const first = await visit('#watch'), context = first.context();
  const tab = async () => {
    const page = listen(await context.newPage(), { home });
    await page.goto(`${home}/#watch`);
    return page;
  };
  const tabs = [first];
  for (let i = 0; i < 7; i++) tabs.push(await tab());
  for (const page of tabs) await page.locator('.clock').waitFor();
  expect(await watching(1) === 1, `${await watching(1)} streams of eight tabs`);
  const before = await tabs[7].locator('.clock').textContent();
  await post(`${home}/v1/live/command`, { do: 'day' });
  for (const page of tabs) {
    const clock = await until(() => page.locator('.clock').textContent(), (time) => time > before);
    expect(clock > before, `a tab stays at ${clock}`);
  }
  for (const page of tabs.slice(1)) await page.close();
  const other = await visit('#watch');
  expect(await watching(2) === 2, `${await watching(2)} streams of two browsers`);
  await other.context().close();
  await context.close();
  expect(await watching(0) === 0, `${await watching(0)} streams of none`);
});

await check('without a shared worker each tab has a stream', async (expect) => {
  const page = await visit('');
  await page.addInitScript(() => { delete window.SharedWorker; });
  await page.goto(`${home}/#watch`);
  await page.reload();
  await page.locator('.clock').waitFor();
  expect(await watching(1) === 1, `${await watching(1)} streams`);
  await page.context().close();
});

for (const [locale, words] of [['en-GB', 'No live connection'], ['zh-CN', '没有实时连接']]) {
  await check(`${locale}: where a stream does not open, the page says so, and asks`, async (expect) => {
    const page = await visit('', { locale });
    await page.addInitScript(() => { delete window.SharedWorker; });
    await page.route('**/v1/live/events', () => {}); // no answer
    await page.goto(`${home}/#watch`);
    await page.reload();
    const said = await told(page.locator('.problem'), words), before = await page.locator('.clock').textContent();
    await post(`${home}/v1/live/command`, { do: 'day' });
    const clock = await until(() => page.locator('.clock').textContent(), (time) => time > before);
    expect(said.includes(words) && clock > before, `${said}, ${before}, ${clock}`);
    await page.context().close();
  });
}

// The smallest text that can be read.
const LEAST = () => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), sizes = [];
  while (walker.nextNode()) {
    const place = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() && place.checkVisibility() && !place.closest('footer, .skip')) sizes.push([parseFloat(getComputedStyle(place).fontSize), walker.currentNode.data]);
  }
  return sizes.sort((one, other) => one[0] - other[0])[0];
};

// Where the picture ends, below the top of the screen.
const END = () => Math.max(...[...document.querySelectorAll('.nine, .ways, .track, .live')].filter((one) => one.checkVisibility())
  .map((one) => one.getBoundingClientRect().bottom));

// A projector shows one picture a screen, and nothing that is smaller than 24 pixels.
async function wall(page, name, expect) {
  await page.locator('button[name=projector]').click();
  for (const slide of await page.locator('.slides button').all()) {
    await slide.click();
    await until(() => slide.getAttribute('aria-pressed'), (is) => is === 'true');
    await fits(page, name, expect);
    const [size, text] = await until(() => page.evaluate(LEAST), ([least]) => least >= 24);
    expect(size >= 24, `${size} pixels: ${text}`);
    const end = await page.evaluate(END), { height } = page.viewportSize();
    expect(end <= height, `${name}: the picture of "${await slide.textContent()}" ends at ${end} of ${height}`);
    await picture(page, `${name}-${await slide.textContent()}`, {});
  }
  await accessible(page, name, expect);
}

for (const [hash, sign] of [['#explore', '.track'], ['#watch', '.live']]) {
  for (const locale of ['en-GB', 'zh-CN']) {
    for (const colorScheme of ['light', 'dark']) {
      await check(`${hash}, ${locale}, ${colorScheme}: accessible, and as wide as the screen`, async (expect) => {
        const page = await visit(hash, { locale, colorScheme }), name = (size) => `${hash.slice(1)}-${size}-${locale.slice(0, 2)}-${colorScheme}`;
        await page.waitForSelector(sign);
        await accessible(page, hash, expect);
        for (const [size, viewport] of Object.entries(SIZES).reverse()) {
          await page.setViewportSize(viewport);
          await fits(page, size, expect);
          if (size === 'projector') await wall(page, name(size), expect);
          else await picture(page, name(size));
        }
        await page.context().close();
      });
    }
  }
}

await check('nothing failed in a page, nothing was fetched elsewhere', async (expect) => expect(wrong.length === 0, wrong.join('\n')));
await check('SIGTERM ends the server clean', async (expect) => {
  const status = await server.stop();
  expect(status === 0, status);
});
await finish();
