// A workshop in browsers: a room with a facilitator, three phones and two bots, one phone dropped and back, three
// rounds and the export; the room taken up from its log; a lesson from its question to its handout; nothing
// inaccessible in either language or colour scheme.
//
// usage: workshop.mjs TRADELOOM MODULES CHROMIUM [FOLDER]     see browser.mjs
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  accessible, check, counted, finish, fits, listen, open, picture, serve, SIZES, told, wrong,
} from './browser.mjs';

const place = mkdtempSync(join(tmpdir(), 'tradeloom-workshop-'));
const start = (address) => serve(2, '--listen', address, '--room', '--keep', place);
let server = await start('127.0.0.1:0');
const origin = server.home, address = origin.replace('http://', '');

// A person's browser; lines are lost and requests refused here.
const person = async (size) => {
  const page = await open('', { home: origin, isRough: true, size });
  return { page, context: page.context() };
};

// Nothing inaccessible in both languages and both colour schemes (again: only across); nothing wider than the screen;
// thumbs hit.
async function looks(page, name, expect, isAgain) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const lang of isAgain ? [colorScheme === 'light' ? 'zh' : 'en'] : ['zh', 'en']) {
      if (!(await page.locator('html').getAttribute('lang')).startsWith(lang)) await page.locator(`header button[lang^="${lang}"]`).click();
      await page.waitForFunction((wanted) => document.documentElement.lang.startsWith(wanted), lang);
      await accessible(page, `${name}, ${lang}, ${colorScheme}`, expect);
      await picture(page, `${name}-${lang}-${colorScheme}`);
    }
  }
  await fits(page, name, expect);
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
  await leader.page.goto(server.said[1]);
  code = await leader.page.locator('.state .code').getAttribute('data-code');
  expect(/^[A-HJ-NP-Z]{4}$/.test(code), `code ${code}`);
  expect(!leader.page.url().includes('lead/'), leader.page.url());
  await looks(leader.page, 'desk-lobby', expect);
});

await check('the projector shows code and QR', async (expect) => {
  await wall.page.goto(`${origin}/room#${code}/show`);
  const shown = await told(wall.page.locator('.giant.code'), code), drawn = await counted(wall.page.locator('.qr .ink'), 1);
  expect(shown === code && drawn === 1, `${shown}, ${drawn} QR codes`);
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
  await wall.page.getByText('Gamma <b>').waitFor();
  await picture(wall.page, 'projector', {});
  const bots = await counted(leader.page.locator('table.seats td .dim'), 2);
  expect(bots === 2, `${bots} bots are left`);
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
  await picture(phones[0].page, 'phone');
  await looks(phones[0].page, 'phone-decide', expect);
  await decide(phones[0], { channel: 'personal_parcel', price: 95 });
  await leader.page.getByText('2 still to decide').waitFor();
  await leader.page.locator('button[name=pause]').click();
  await phones[1].page.getByText('Paused').waitFor();
  await leader.page.locator('button[name=resume]').click();
  for (const { page } of phones) await told(page.locator('.phase'), /^Decide$/);
  await looks(leader.page, 'desk-deciding', expect, true);
  await looks(wall.page, 'projector-deciding', expect, true);
  await decide(phones[1], { vat_share: 100 });
  await decide(phones[2], { freight: 60 });
  for (const { page } of [leader, wall, ...phones]) await phase(page, 'results');
  const points = await told(phones[0].page.locator('.own .big'), /^-?\d+$/);
  expect(/^-?\d+$/.test(points), `points: ${points}`);
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
  phones[1].page = listen(await phones[1].context.newPage(), { home: origin, isRough: true });
  await phones[1].page.goto(`${origin}/room#${code}`);
  await phones[1].page.getByText('贝塔').first().waitFor();
  await phones[1].page.getByText('played by a bot').first().waitFor();
  await looks(phones[1].page, 'phone-results', expect);
});

await check('the server restarts: the room goes on from its log, phones find their seats', async (expect) => {
  await server.stop();
  server = await start(address);
  expect(server.said[1].includes(`#${code}/lead/`), server.said[1]);
  await leader.page.goto('about:blank');
  await leader.page.goto(server.said[1]);
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
  await picture(leader.page, 'debrief');
  await looks(leader.page, 'desk-over', expect);
  await looks(wall.page, 'projector-over', expect);
  const seats = await counted(leader.page.locator('table.choices tbody tr'), 5);
  expect(seats === 5, `${seats} seats`);
  const csv = await (await leader.context.request.get(`${origin}/v1/rooms/${code}/export.csv`)).text();
  const rows = csv.trim().split('\r\n');
  expect(rows.length === 1 + 3 * 5, `${rows.length} rows`);
  expect(rows.some((row) => row.startsWith('1,1,seller_a,seller,Alpha,no,channel,personal_parcel,price,95')), rows[1]);
  expect(rows.some((row) => row.startsWith('2,1,customs,customs,贝塔,yes,')), 'a bot played for the one who had dropped');
  const report = await (await leader.context.request.get(`${origin}/v1/rooms/${code}/report.html?lang=zh`)).text();
  expect(report.includes('Gamma &lt;b&gt;') && report.includes('排名'), 'the report');
  const logs = readdirSync(place);
  expect(logs.length === 1 && !readFileSync(join(place, logs[0]), 'utf8').includes(server.said[1].split('/').pop()), 'no token in the log');
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
  await picture(page, 'predict');
  expect(!(await page.locator('main').textContent()).includes('¥23.41'), 'nothing is revealed before the run');
  await page.emulateMedia({ media: 'print' });
  await page.locator('.rule').first().waitFor(); // a sheet to write on
  await page.locator('button[name=run]').waitFor({ state: 'hidden' });
  await picture(page, 'handout');
  await page.emulateMedia({ media: null });
  await page.locator('button[name=run]').click();
  const answer = await told(page.locator('.answer'), 'Formula rose');
  expect(answer.includes('Formula rose'), answer);
  const figures = await counted(page.locator('table.figures tbody tr'), 3);
  expect(figures === 3, `${figures} figures`);
  await page.locator('svg.chart').first().waitFor();
  await picture(page, 'reveal');
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

await check('the server ends on SIGTERM', async (expect) => {
  const status = await server.stop();
  expect(status === 0, status);
});
rmSync(place, { recursive: true });
await finish();
