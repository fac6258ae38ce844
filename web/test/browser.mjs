// The built binary with its made-up town, and a browser with and without WebGL.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';

const web = join(import.meta.dirname, '..');
export const output = join(web, 'test-output');
mkdirSync(output, { recursive: true });

function binary() {
  const target = process.env.CARGO_TARGET_DIR ?? join(web, '..', 'target');
  const found = [
    process.env.HEREABOUTS_BIN,
    join(target, 'debug', 'hereabouts'),
    join(target, 'release', 'hereabouts'),
  ].find((path) => path && existsSync(path));
  if (!found) throw new Error('build the binary first: cargo build -p hereabouts');
  return found;
}

/** Without the front end in it pages are right, and half of these tests would fail for a reason that none of them names. */
async function hasFrontEnd(base) {
  const text = await (await fetch(`${base}/find`)).text();
  if (!text.includes('<script type="module"')) {
    throw new Error(`${binary()} was built without web/dist: run make web, then build it again`);
  }
}

/** Runs a program that serves; resolves with its address. */
function serving(args, after = () => {}) {
  const child = spawn(binary(), args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const stop = () => child.kill('SIGTERM');
  const started = new Promise((resolve, reject) => {
    let said = '';
    child.stderr.on('data', (data) => {
      said += data;
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
      if (address) resolve({ base: address[0], said: () => said, stop });
    });
    child.on('exit', (code) => {
      after();
      reject(new Error(`${args[0]} ended with ${code}: ${said}`));
    });
  });
  return started.then(async (server) => {
    try {
      await hasFrontEnd(server.base);
    } catch (why) {
      stop();
      throw why;
    }
    return server;
  });
}

/** Starts the demo at a free port; resolves with its address. */
export const serve = () => serving(['demo', '--bind', '127.0.0.1:0']);

/**
 * The same town in a store of its own, with more listings and the tables of a timetable if given; resolves with its address
 * and a link worker's key.
 */
export async function serveStore(listings, timetable) {
  const dir = mkdtempSync(join(tmpdir(), 'hereabouts-'));
  const [files, store, more, tables] = ['town', 'store', 'more.csv', 'tables'].map((name) => join(dir, name));
  const run = (...args) => execFileSync(binary(), args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  run('demo', '--once', '--keep', files);
  run('build', join(files, 'place.toml'), '--store', store, '--data', files);
  if (listings) {
    writeFileSync(more, listings);
    run('import', 'assets', more, '--source', 'more', '--store', store);
  }
  if (timetable) {
    mkdirSync(tables);
    for (const [name, text] of Object.entries(timetable)) writeFileSync(join(tables, name), text);
    run('import', 'transit', tables, '--source', 'buses', '--store', store);
  }
  const key = run('key', 'add', '--role', 'link-worker', '--store', store).match(/\bhereabouts_\S+/)?.[0];
  const server = await serving(['serve', '--store', store, '--bind', '127.0.0.1:0'], () =>
    rmSync(dir, { recursive: true, force: true }),
  );
  return { ...server, key };
}

const QUIET = [
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
];
const options = { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, chromiumSandbox: false };

export const launch = () =>
  chromium.launch({ ...options, args: ['--use-angle=swiftshader', '--enable-unsafe-swiftshader', ...QUIET] });
export const launchNoGl = () =>
  chromium.launch({
    ...options,
    args: ['--disable-3d-apis', '--disable-gpu', ...QUIET],
    ignoreDefaultArgs: ['--enable-unsafe-swiftshader'],
  });

/** A page that keeps what went wrong: console errors, and requests to any other host. */
export async function open(browser, base, path, more = {}) {
  const context = await browser.newContext({
    viewport: { width: 1366, height: 768 },
    reducedMotion: 'reduce',
    ...more,
  });
  const page = await context.newPage();
  page.trouble = [];
  page.on(
    'console',
    (m) =>
      ['error', 'warning'].includes(m.type()) && !/GPU stall|GL Driver/.test(m.text()) && page.trouble.push(m.text()),
  );
  page.on('pageerror', (error) => page.trouble.push(error.message));
  page.on(
    'request',
    (r) => !r.url().startsWith(base) && !r.url().startsWith('data:') && page.trouble.push(`asked ${r.url()}`),
  );
  await page.goto(base + path);
  return page;
}

/**
 * Runs a check until it passes. Nothing that follows from a click or a key may be read once and held to be final: without
 * JavaScript the next page is still to come, with it the answer is. What is said not to be there would pass before it came:
 * wait for something else of the same page first.
 */
export async function eventually(check, within = 15_000) {
  const end = Date.now() + within;
  for (;;) {
    try {
      return await check();
    } catch (why) {
      if (Date.now() > end) throw why;
    }
    await sleep(50);
  }
}

/** No answer is on its way any more. */
export const settled = (page) => page.locator('[aria-busy]').waitFor({ state: 'detached' });

export async function mapDrawn(page) {
  await page.waitForFunction(
    () => window.hereaboutsMap?.loaded() && document.querySelector('.map-box[data-live]'),
    null,
    { timeout: 60_000 },
  );
  await page.evaluate(
    () =>
      new Promise((done) => {
        window.hereaboutsMap.once('idle', done);
        window.hereaboutsMap.triggerRepaint();
      }),
  );
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds wrong, in words. */
export async function violations(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate((values) => axe.run(document, { runOnly: { type: 'tag', values } }), TAGS);
  return found.violations.map(
    (v) => `${v.id}: ${v.nodes.map((n) => `${n.target} ${n.failureSummary ?? ''}`).join(' | ')}`,
  );
}

/** How many pixels of a picture are of each colour, within a little. */
export async function coloured(page, selector, colours) {
  const shot = (await page.locator(selector).screenshot()).toString('base64');
  const blank = await page.context().browser().newPage();
  const counts = await blank.evaluate(
    async ([data, wanted]) => {
      const image = new Image();
      image.src = `data:image/png;base64,${data}`;
      await image.decode();
      const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
      const pen = canvas.getContext('2d');
      pen.drawImage(image, 0, 0);
      const { data: pixels } = pen.getImageData(0, 0, image.width, image.height);
      const rgb = wanted.map((c) => [1, 3, 5].map((i) => parseInt(c.slice(i, i + 2), 16)));
      const count = wanted.map(() => 0);
      for (let i = 0; i < pixels.length; i += 4) {
        rgb.forEach((c, k) => {
          if (c.every((v, d) => Math.abs(v - pixels[i + d]) <= 6)) count[k]++;
        });
      }
      return { count, height: image.height };
    },
    [shot, colours],
  );
  await blank.close();
  return counts;
}
