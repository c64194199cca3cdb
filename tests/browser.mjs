// browser: what the tests in a browser share: TAP, pages that are listened to, and ways to wait for what they show.
//
// usage of each: NAME.mjs TRADELOOM MODULES CHROMIUM [FOLDER]     prints TAP; MODULES: a node_modules folder with
// web/package.json's; FOLDER: pictures of the views go there. TRADELOOM_SLOW=500 in the environment: what a page asks
// below /v1 is answered so many milliseconds later, as on a machine that is busy.
//
// What a page shows follows an action at some time: a test waits for it (told, until), it never looks once.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [, , program, modules, chromium, folder] = process.argv;
const SLOW_MS = Number(process.env.TRADELOOM_SLOW || 0), WAIT_MS = 30000, LOOK_MS = 50;

export const binary = resolve(program);
export const pictures = folder;
export const SIZES = {
  projector: { width: 1920, height: 1080 }, desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 },
};
export const wrong = []; // what pages complained of

function skip(why) {
  console.log(`1..0 # SKIP ${why}`);
  process.exit(0);
}

function packages() {
  if (!chromium) skip('chromium is not here');
  const load = createRequire(resolve(modules, 'package.json'));
  try {
    return [load('playwright-core'), load('axe-core')];
  } catch (error) {
    return skip(`the packages of web/package.json are not here: ${error.code}`);
  }
}

const [browsers, axe] = packages();
const browser = await browsers.chromium.launch({ executablePath: chromium, args: ['--no-sandbox'] });

// ---- TAP ----

let number = 0, failures = 0;

// body(expect): expect(isTrue, complaint) as often as it likes; what it throws is a complaint, too.
export async function check(name, body) {
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

export async function finish() {
  console.log(`1..${number}`);
  await browser.close();
  process.exit(failures ? 1 : 0);
}

// ---- pages ----

async function slow(route) {
  await sleep(SLOW_MS);
  await route.continue().catch(() => {}); // the page may have left
}

// Listens to a page; home: where all that it asks for begins; isRough: lost connections and refusals are meant.
export function listen(page, { home, isRough }) {
  page.setDefaultTimeout(WAIT_MS);
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => ['error', 'warning'].includes(message.type())
    && !(isRough && /ERR_|Failed to load/.test(message.text())) && wrong.push(message.text()));
  page.on('request', (request) => request.url().startsWith(home) || wrong.push(`asks for ${request.url()}`));
  return page;
}

// A page of a browser of its own, which knows nothing of the others'. looks: a size of SIZES, and what contexts take.
export async function open(address, { home, isRough, size = 'desktop', ...looks }) {
  const context = await browser.newContext({ viewport: SIZES[size], locale: 'en-GB', ...looks });
  if (SLOW_MS) await context.route('**/v1/**', slow);
  const page = listen(await context.newPage(), { home, isRough });
  if (address) await page.goto(address);
  return page;
}

// ---- waiting ----

// Looks until what it sees is right, or long enough; the last that was seen is for the test to judge.
export async function until(look, isRight) {
  const from = performance.now();
  for (;;) {
    const seen = await look();
    if (isRight(seen) || performance.now() - from > WAIT_MS) return seen;
    await sleep(LOOK_MS);
  }
}

// The text of a place (a locator), once it has `text` (a string or a pattern) in it, or long enough.
export const told = (place, text) => until(() => place.first().textContent(),
  (seen) => (typeof text === 'string' ? seen.includes(text) : text.test(seen)));

// How many there are, once there are as many as there should be.
export const counted = (place, wanted) => until(() => place.count(), (seen) => seen === wanted);

// ---- looks ----

export async function accessible(page, name, expect) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => axe.run());
  for (const { id, help, nodes } of violations) expect(false, `${name}: ${id}: ${help}: ${nodes[0].html}`);
}

// Nothing reaches beyond the screen.
export async function fits(page, name, expect) {
  const { width } = page.viewportSize();
  const wide = await until(() => page.evaluate(() => document.documentElement.scrollWidth), (seen) => seen <= width);
  expect(wide <= width, `${name}: ${wide} pixels at ${width}`);
}

export async function picture(page, name, more = { fullPage: true }) {
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`), ...more });
}

// ---- the server ----

// Starts `tradeloom serve`; lines: how many it says before it can be asked.
export async function serve(lines, ...words) {
  const child = spawn(binary, ['serve', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = await new Promise((done, fail) => {
    let text = '';
    child.stdout.on('data', (bytes) => {
      text += bytes;
      if (text.split('\n').length > lines) done(text.trim().split('\n'));
    });
    child.stderr.on('data', (bytes) => console.log(`# ${String(bytes).trim()}`));
    child.once('exit', (status) => fail(new Error(`the server ended with ${status}: ${text}`)));
  });
  const stop = () => new Promise((done) => {
    child.once('exit', done);
    child.kill('SIGTERM');
  });
  return { said, home: said[0].replace(/\/$/, ''), pid: child.pid, stop };
}

export async function post(address, body) {
  return fetch(address, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
}
