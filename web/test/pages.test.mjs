import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join } from 'node:path';
import { coloured, eventually, launch, launchNoGl, mapDrawn, open, output, serve, violations } from './browser.mjs';

const PAGES = {
  home: '/',
  areas: '/areas',
  needs: '/needs',
  need: '/needs/mental-wellbeing',
  figures: '/needs/mental-wellbeing?view=table',
  search: '/search?q=park',
  method: '/method',
};
const SIZES = {
  desk: { width: 1366, height: 768 },
  phone: { width: 390, height: 844 },
  narrow: { width: 320, height: 700 },
};
/** The palest class of a map and the darkest. */
const RAMP = ['#eef3d9', '#25418b'];
let server, browser;

before(async () => {
  server = await serve();
  browser = await launch();
  const page = await open(browser, server.base, '/areas');
  PAGES.area = await page.locator('tbody th a').first().getAttribute('href');
  const boxes = page.locator('input[name=areas]');
  const codes = await boxes.evaluateAll((all) => all.slice(0, 3).map((box) => box.value));
  PAGES.compare = `/compare?areas=${codes.join(',')}`;
  await page.context().close();
});
after(async () => {
  await browser?.close();
  server?.stop();
});

for (const [size, viewport] of Object.entries(SIZES)) {
  for (const colorScheme of ['light', 'dark']) {
    for (const name of [...Object.keys(PAGES), 'area', 'compare']) {
      test(`${name} at ${size}, ${colorScheme}: quiet, within its width, accessible`, async () => {
        const page = await open(browser, server.base, PAGES[name], { viewport, colorScheme });
        if (size === 'desk' && name === 'need') await mapDrawn(page);
        else await page.waitForLoadState('networkidle');
        assert.deepEqual(await violations(page), []);
        const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        assert.ok(wide <= room, `${wide} px wide in ${room}`);
        assert.deepEqual(page.trouble, []);
        await page.screenshot({ path: join(output, `${name}-${size}-${colorScheme}.png`), fullPage: true });
        await page.context().close();
      });
    }
  }
}

/** What a page weighs on the wire, all that it needs at once, in kB. */
async function weight(path) {
  const page = await open(browser, server.base, '/method');
  const wire = await page.context().newCDPSession(page);
  await wire.send('Network.enable');
  await wire.send('Network.setCacheDisabled', { cacheDisabled: true });
  let bytes = 0;
  wire.on('Network.loadingFinished', (event) => (bytes += event.encodedDataLength));
  await page.goto(server.base + path, { waitUntil: 'networkidle' });
  await page.context().close();
  return bytes / 1000;
}

test('pages are light', async () => {
  const found = '/find?place=MADEUP-01&minutes=30';
  for (const [path, most] of [
    ['/', 60],
    ['/needs', 70],
    [PAGES.area, 80],
    [found, 120],
  ]) {
    const kB = await weight(path);
    assert.ok(kB <= most, `${path} weighs ${kB.toFixed(1)} kB`);
  }
});

test('a theme is chosen without JavaScript and stays', async () => {
  const page = await open(browser, server.base, '/needs?reading=listed', { javaScriptEnabled: false });
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await ground();
  await page.getByRole('button', { name: 'Dark' }).click();
  await page.waitForLoadState();
  assert.equal(new URL(page.url()).search, '?reading=listed', 'it leads back to where one was');
  const dark = await ground();
  assert.notEqual(dark, light);
  await page.goto(server.base + '/areas');
  assert.equal(await ground(), dark);
  await page.getByRole('button', { name: 'As my device' }).click();
  await eventually(async () => assert.equal(await ground(), light));
  await page.context().close();
});

test('the box at the top leads to a neighbourhood, and to a thing somewhere', async () => {
  const page = await open(browser, server.base, '/method', { javaScriptEnabled: false });
  const box = page.locator('#everywhere');
  await box.fill('fulmar park');
  await box.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Fulmar Park' }).waitFor();
  await box.fill('yoga fulmar park');
  await box.press('Enter');
  await page.waitForURL(/\/find\?q=yoga&place=/);
  await page.context().close();
});

test('the box suggests what may be meant', async () => {
  const page = await open(browser, server.base, '/method');
  await page.locator('#everywhere').pressSequentially('fulm');
  await page.locator('#everywhere-words option[value="Fulmar Park"]').waitFor({ state: 'attached' });
  assert.deepEqual(page.trouble, []);
  await page.context().close();
});

test('an area is one sheet of paper', async () => {
  const page = await open(browser, server.base, PAGES.area);
  const pdf = (await page.pdf({ format: 'A4', printBackground: true })).toString('latin1');
  assert.equal(pdf.match(/\/Type\s*\/Page\b/g).length, 1);
  await page.context().close();
});

test('ticked neighbourhoods are compared, and a difference is named only where it is one', async () => {
  const page = await open(browser, server.base, '/areas', { javaScriptEnabled: false });
  for (const n of [0, 3]) await page.locator('input[name=areas]').nth(n).check();
  await page.getByRole('button', { name: 'Compare those ticked' }).click();
  await page.getByRole('heading', { level: 1, name: 'Side by side' }).waitFor();
  const verdicts = await page.locator('tr.part').allTextContents();
  assert.ok(
    verdicts.some((text) => text.includes('larger share')) && verdicts.some((text) => text.includes('no difference')),
  );
  await page.context().close();
});

test('the map is drawn in the colours of its classes', async () => {
  const page = await open(browser, server.base, PAGES.need);
  await mapDrawn(page);
  const { count, height } = await coloured(page, '.map-box', RAMP);
  assert.ok(height >= 300, `the map is ${height} px high`);
  count.forEach((n, i) => assert.ok(n >= 500, `${n} pixels of ${RAMP[i]}`));
  await page.context().close();
});

test('without WebGL the drawing stays, in the same colours', async (t) => {
  const plain = await launchNoGl();
  // A browser that is left open keeps the tests from ending.
  t.after(() => plain.close());
  const page = await open(plain, server.base, PAGES.need);
  await page.waitForLoadState('networkidle');
  await page.locator('#map-svg').waitFor();
  const { count } = await coloured(page, '.map-box', RAMP);
  count.forEach((n, i) => assert.ok(n >= 500, `${n} pixels of ${RAMP[i]}`));
  // Dots where nothing is known, and the outline and names over all of it, are drawn and not only there.
  const dots = await coloured(page, '.map-box', ['#595959']);
  assert.ok(dots.count[0] >= 50, `${dots.count[0]} pixels of dots`);
  const name = await page
    .locator('.map-names text')
    .first()
    .evaluate((text) => text.getBBox().width);
  assert.ok(name > 50, `a name is ${name} wide`);
  await page.screenshot({ path: join(output, 'areas-no-webgl.png') });
});

test('without JavaScript every control works and rows are the same', async () => {
  const plain = await open(browser, server.base, PAGES.need, { javaScriptEnabled: false });
  const rich = await open(browser, server.base, PAGES.need);
  const rows = (page) => page.locator('tbody tr').evaluateAll((all) => all.map((row) => row.textContent));
  assert.deepEqual(await plain.locator('tbody tr').allTextContents(), await rows(rich));
  await plain.selectOption('#need', 'food');
  await plain.click('main button[type=submit]');
  await plain.waitForURL(/needs\/food/);
  await plain.screenshot({ path: join(output, 'areas-no-script.png') });
  await plain.context().close();
  await rich.context().close();
});

test('a change of need keeps the page, goes into the address, and back undoes it', async () => {
  const page = await open(browser, server.base, PAGES.need);
  const before = await page.locator('tbody tr').allTextContents();
  await page.evaluate(() => {
    window.same = true;
  });
  await page.selectOption('#need', 'food');
  await page.waitForFunction(() => location.pathname === '/needs/food');
  await page.waitForFunction(() => document.title.startsWith('Food'));
  const shown = await page.locator('tbody tr').allTextContents();
  assert.equal(await page.evaluate(() => window.same), true);
  await page.reload();
  assert.deepEqual(await page.locator('tbody tr').allTextContents(), shown);
  await page.goBack();
  await page.waitForFunction(() => location.pathname === '/needs/mental-wellbeing');
  await eventually(async () => assert.deepEqual(await page.locator('tbody tr').allTextContents(), before));
  await page.context().close();
});

test('a row and its place on the map are selected together, and the address says so', async () => {
  const page = await open(browser, server.base, PAGES.need);
  await mapDrawn(page);
  const row = page.locator('tbody tr[data-row]').nth(2);
  const code = await row.getAttribute('data-row');
  await row.locator('td').first().click();
  await page.waitForURL((url) => url.searchParams.get('sel') === code);
  const current = page.locator(`tr[data-row="${code}"][aria-current="true"]`);
  await current.waitFor();
  await page.locator('#map-selected[d]:not([d=""])').waitFor({ state: 'attached' });
  await page.reload();
  await current.waitFor();
  await page.context().close();
});

test('the keyboard reaches every control, and where it is can be seen', async () => {
  const page = await open(browser, server.base, PAGES.need);
  await mapDrawn(page);
  const seen = new Set();
  for (let i = 0; i < 30; i++) {
    const before = await page.screenshot();
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      return e && e !== document.body
        ? `${e.tagName} ${e.id} ${e.getAttribute('href') ?? ''} ${e.textContent?.slice(0, 20)}`
        : null;
    });
    assert.ok(at, `stop ${i} is nowhere`);
    if (i < 12) {
      await eventually(
        async () => assert.ok(!before.equals(await page.screenshot()), `nothing to see at ${at}`),
        5_000,
      );
    }
    seen.add(at);
  }
  assert.ok(seen.size >= 20, `only ${seen.size} stops`);
  await page.context().close();
});
