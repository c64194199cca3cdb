// A workshop in browsers: a room with a facilitator, three phones and two bots, one phone dropped and back, three
// rounds and the export; the room taken up from its log; a lesson from its question to its handout; nothing
// inaccessible in either language or colour scheme.
//
// usage: workshop.mjs TRADELOOM MODULES CHROMIUM [FOLDER]     prints TAP; FOLDER: pictures of every view go there
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const [, , program, modules, chromium, pictures] = process.argv;
const SIZES = { projector: { width: 1920, height: 1080 }, desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

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
  for (const complaint of complaints.slice(0, 8)) console.log(`# ${String(complaint).slice(0, 600).replaceAll('\n', '\n# ')}`);
}

// ---- the server ----

const place = mkdtempSync(join(tmpdir(), 'tradeloom-workshop-'));

// Starts it; lines: what it said first.
async function serve(listen) {
  const child = spawn(resolve(program), ['serve', '--listen', listen, '--room', '--keep', place]);
  const lines = await new Promise((done, fail) => {
    let text = '';
    child.stdout.on('data', (bytes) => {
      text += bytes;
      if (text.split('\n').length > 2) done(text.trim().split('\n'));
    });
    child.stderr.on('data', (bytes) => console.log(`# ${String(bytes).trim()}`));
    child.on('exit', (status) => fail(new Error(`the server ended with ${status}: ${text}`)));
  });
  const stop = () => new Promise((done) => {
    child.removeAllListeners('exit');
    child.on('exit', done);
    child.kill('SIGTERM');
  });
  return { home: lines[0], desk: lines[1], stop };
}

let server = await serve('127.0.0.1:0');
const origin = server.home.replace(/\/$/, ''), address = origin.replace('http://', '');

// ---- browsers ----

const browser = await browsers.chromium.launch({ executablePath: chromium, args: ['--no-sandbox'] });
const wrong = [];

// A person's browser: what goes wrong in it is kept.
async function person(size, more = {}) {
  const context = await browser.newContext({ viewport: SIZES[size], locale: 'en-GB', ...more });
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => message.type() === 'error' && !/ERR_|Failed to load/.test(message.text()) && wrong.push(message.text()));
  return { context, page };
}

// Nothing inaccessible in both languages and both colour schemes (again: only across); nothing wider than the screen;
// thumbs hit.
async function looks(page, name, expect, isAgain) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const lang of isAgain ? [colorScheme === 'light' ? 'zh' : 'en'] : ['zh', 'en']) {
      if (await page.locator('html').getAttribute('lang') !== lang) await page.locator(`header button[lang^="${lang}"]`).click();
      await page.waitForFunction((wanted) => document.documentElement.lang === wanted, lang);
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() => axe.run());
      for (const { id, nodes } of violations) expect(false, `${name}, ${lang}, ${colorScheme}: ${id}: ${nodes[0].html}`);
      if (pictures) await page.screenshot({ path: join(pictures, `${name}-${lang}-${colorScheme}.png`), fullPage: true });
    }
  }
  const { width } = page.viewportSize(), wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide <= width, `${name}: ${wide} pixels at ${width}`);
  const small = await page.evaluate(() => [...document.querySelectorAll('main button, main select, main input:not([type=radio]):not([type=checkbox])')]
    .filter((part) => part.getBoundingClientRect().height < 44).map((part) => part.outerHTML.slice(0, 80)));
  expect(small.length === 0, `${name}: lower than 44 pixels: ${small[0]}`);
  await page.emulateMedia({ colorScheme: 'light' });
}

// ---- a room ----

const leader = await person('desktop'), wall = await person('projector');
const phones = [];
let code = '';

await check('the facilitator opens the desk by the link that the server printed, the token leaves the address', async (expect) => {
  await leader.page.goto(server.desk);
  code = await leader.page.locator('.state .code').getAttribute('data-code');
  expect(/^[A-HJ-NP-Z]{4}$/.test(code), `code ${code}`);
  expect(!leader.page.url().includes('lead/'), leader.page.url());
  await looks(leader.page, 'desk-lobby', expect);
});

await check('the projector shows code and QR', async (expect) => {
  await wall.page.goto(`${origin}/room#${code}/show`);
  expect((await wall.page.locator('.giant.code').textContent()) === code, 'another code');
  expect(await wall.page.locator('.qr .ink').count() === 1, 'no QR');
  await looks(wall.page, 'projector-lobby', expect);
});

await check('three phones join without accounts and take roles', async (expect) => {
  for (const [name, role] of [['Alpha', 'seller'], ['贝塔', 'customs'], ['Gamma <b>', 'airline']]) {
    const phone = await person('phone');
    phones.push({ ...phone, name });
    await phone.page.goto(`${origin}/room`);
    if (phones.length === 1) await looks(phone.page, 'phone-join', expect);
    await phone.page.locator('input[name=code]').fill(code.toLowerCase());
    await phone.page.locator('input[name=name]').fill(name);
    await phone.page.locator('select[name=role]').selectOption(role);
    await phone.page.getByRole('button', { name: 'Join', exact: true }).click();
    await phone.page.locator('.state .phase[data-phase=lobby]').waitFor();
  }
  await leader.page.getByText('Gamma <b>').first().waitFor();
  await wall.page.getByText('贝塔').waitFor();
  expect(await leader.page.locator('table.seats td .dim').count() === 2, 'two bots are left');
});

const decide = async ({ page }, values) => {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'string') await page.locator(`input[name=${name}][value=${value}]`).check();
    else await page.locator(`input[name=${name}]`).fill(String(value));
  }
  await page.locator('button[name=decide]').click();
  await page.locator('form [role=status], .phase:not([data-phase=deciding])').first().waitFor(); // the last ends the round
};
const phase = (page, wanted) => page.locator(`.phase[data-phase=${wanted}]`).waitFor();

await check('round 1: decisions, a pause, who is missing, results when all have decided', async (expect) => {
  await leader.page.locator('button[name=start]').click();
  await phase(phones[0].page, 'deciding');
  await looks(phones[0].page, 'phone-decide', expect);
  await decide(phones[0], { channel: 'personal_parcel', price: 95 });
  await leader.page.getByText('2 still to decide').waitFor();
  await leader.page.locator('button[name=pause]').click();
  await phones[1].page.getByText('Paused').waitFor();
  await leader.page.locator('button[name=resume]').click();
  await phase(phones[1].page, 'deciding');
  await looks(leader.page, 'desk-deciding', expect, true);
  await looks(wall.page, 'projector-deciding', expect, true);
  await decide(phones[1], { vat_share: 100 });
  await decide(phones[2], { freight: 60 });
  for (const { page } of [leader, wall, ...phones]) await phase(page, 'results');
  expect(/^-?\d+$/.test(await phones[0].page.locator('.own .big').textContent()), 'points');
});

await check('round 2: a phone drops out and comes back to its seat; a bot plays for who is silent', async (expect) => {
  await leader.page.locator('button[name=next]').click();
  await phase(phones[0].page, 'deciding');
  await phones[1].context.setOffline(true);
  await phones[1].page.close();
  await leader.page.getByText('away').waitFor();
  await decide(phones[0], { channel: 'bonded' });
  await leader.page.locator('button[name=close]').click();
  await phase(phones[0].page, 'results');
  await phones[1].context.setOffline(false);
  phones[1].page = await phones[1].context.newPage();
  phones[1].page.setDefaultTimeout(8000);
  await phones[1].page.goto(`${origin}/room#${code}`);
  await phones[1].page.getByText('贝塔').first().waitFor();
  await phones[1].page.getByText('played by a bot').first().waitFor();
  await looks(phones[1].page, 'phone-results', expect);
});

await check('the server restarts: the room goes on from its log, phones find their seats', async (expect) => {
  await server.stop();
  server = await serve(address);
  expect(server.desk.includes(`#${code}/lead/`), server.desk);
  await leader.page.goto('about:blank');
  await leader.page.goto(server.desk);
  await phase(leader.page, 'results');
  for (const { page } of phones) await page.reload();
  await phase(phones[2].page, 'results');
});

await check('round 3 ends the game; ranking, everybody’s decisions, the export', async (expect) => {
  await leader.page.locator('button[name=next]').click();
  for (const phone of phones) {
    await phase(phone.page, 'deciding');
    await decide(phone, {});
  }
  await phase(leader.page, 'results');
  await leader.page.getByRole('button', { name: 'Finish' }).click();
  for (const { page } of [leader, wall, ...phones]) await phase(page, 'over');
  await looks(leader.page, 'desk-over', expect);
  await looks(wall.page, 'projector-over', expect);
  expect(await leader.page.locator('table.choices tbody tr').count() === 5, 'five seats');
  const csv = await (await leader.context.request.get(`${origin}/v1/rooms/${code}/export.csv`)).text();
  const rows = csv.trim().split('\r\n');
  expect(rows.length === 1 + 3 * 5, `${rows.length} rows`);
  expect(rows.some((row) => row.startsWith('1,1,seller_a,seller,Alpha,no,channel,personal_parcel,price,95')), rows[1]);
  expect(rows.some((row) => row.startsWith('2,1,customs,customs,贝塔,yes,')), 'a bot played for the one who had dropped');
  const report = await (await leader.context.request.get(`${origin}/v1/rooms/${code}/report.html?lang=zh`)).text();
  expect(report.includes('Gamma &lt;b&gt;') && report.includes('排名'), 'the report');
  const logs = readdirSync(place);
  expect(logs.length === 1 && !readFileSync(join(place, logs[0]), 'utf8').includes(server.desk.split('/').pop()), 'no token in the log');
});

await check('nobody leads or decides without a token', async (expect) => {
  const post = (what, data, token) => leader.context.request.post(`${origin}/v1/rooms/${what}`,
    { data, headers: token ? { Authorization: `Bearer ${token}` } : {} });
  expect((await post(`${code}/do`, { do: 'end' })).status() === 403, 'do');
  expect((await post(`${code}/do`, { do: 'end' }, '0'.repeat(32))).status() === 403, 'a wrong token');
  expect((await post(`${code}/do`, { do: 'open' })).status() === 403, 'open');
  expect((await post(`${code}/decide`, { values: {} })).status() === 403, 'decide');
  expect((await post('AAAA/join', { name: 'x' })).status() === 404, 'no room');
  const other = await (await post('', { rounds: 2 })).json().catch(() => ({}));
  const opened = await (await leader.context.request.post(`${origin}/v1/rooms`, { data: { rounds: 2, tables: 8 } })).json();
  expect(!other.code && /^[A-Z]{4}$/.test(opened.code) && /^[0-9a-f]{32}$/.test(opened.token), JSON.stringify(opened));
  expect((await leader.context.request.post(`${origin}/v1/rooms`, { data: { rounds: 99 } })).status() === 400, 'too many rounds');
});

// ---- a lesson ----

await check('a lesson: question, predictions, run, reveal, debrief, handout', async (expect) => {
  const { page, context } = await person('desktop');
  await page.goto(`${origin}/lesson`);
  await page.locator('.lesson-list li').nth(8).waitFor();
  await looks(page, 'lessons', expect);
  await page.locator('.lesson-list a[href="#april-8"]').click();
  await page.locator('button[name=vote-both_up]').click();
  for (let i = 0; i < 3; i++) await page.locator('button[name=vote-milk_up]').click();
  await page.getByText('3 votes').waitFor();
  expect(!(await page.locator('main').textContent()).includes('¥23.41'), 'nothing is revealed before the run');
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('.rule').first().isVisible() && !await page.locator('button[name=run]').isVisible(), 'a sheet to write on');
  if (pictures) await page.screenshot({ path: join(pictures, 'handout.png'), fullPage: true });
  await page.emulateMedia({ media: null });
  await page.locator('button[name=run]').click();
  await page.locator('.answer').waitFor();
  expect((await page.locator('.answer').textContent()).includes('Formula rose'), 'the answer');
  expect(await page.locator('table.figures tbody tr').count() === 3, 'three figures');
  expect(await page.locator('svg.chart').count() > 0, 'a picture');
  await looks(page, 'lesson', expect);
  await page.goto(`${origin}/lesson#tonnage-is-power`);
  await page.locator('input[name=number]').fill('20');
  await page.getByRole('button', { name: 'Add' }).click();
  await page.locator('input[name=number]').fill('50');
  await page.getByRole('button', { name: 'Add' }).click();
  await page.locator('button[name=run]').click();
  await page.getByText('50 days ✓ nearest').waitFor();
  for (const id of ['three-euro', 'can-or-container']) {
    await page.goto(`${origin}/lesson#${id}`);
    await page.locator('button[name=run]').click();
    await page.locator('svg.chart').first().waitFor();
    await looks(page, `lesson-${id}`, expect, true);
  }
  await page.setViewportSize(SIZES.phone);
  await looks(page, 'lesson-phone', expect, true);
  await page.setViewportSize(SIZES.projector);
  await looks(page, 'lesson-projector', expect, true);
  await context.close();
});

await check('nothing went wrong in any of the browsers', async (expect) => expect(wrong.length === 0, wrong.join('\n')));

await browser.close();
await check('the server ends on SIGTERM', async (expect) => expect(await server.stop() === 0, 'not 0'));
rmSync(place, { recursive: true });
console.log(`1..${number}`);
process.exit(failures ? 1 : 0);
