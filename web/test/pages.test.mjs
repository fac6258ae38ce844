import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join } from 'node:path';
import { coloured, eventually, launch, launchNoGl, mapDrawn, open, output, serve, violations } from './browser.mjs';

const PAGES = { home: '/', areas: '/areas', gaps: '/gaps', method: '/method' };
const SIZES = {
  desk: { width: 1366, height: 768 },
  phone: { width: 390, height: 844 },
  narrow: { width: 320, height: 700 },
};
const RAMP = ['#ffffcc', '#253494'];
let server, browser;

before(async () => {
  server = await serve();
  browser = await launch();
  const page = await open(browser, server.base, '/areas');
  PAGES.area = await page.locator('[data-report]').first().getAttribute('href');
  await page.context().close();
});
after(async () => {
  await browser?.close();
  server?.stop();
});

for (const [size, viewport] of Object.entries(SIZES)) {
  for (const name of ['home', 'areas', 'gaps', 'method', 'area']) {
    test(`${name} at ${size}: quiet, within its width, accessible`, async () => {
      const page = await open(browser, server.base, PAGES[name], { viewport });
      if (size === 'desk' && (name === 'areas' || name === 'gaps')) await mapDrawn(page);
      else await page.waitForLoadState('networkidle');
      assert.deepEqual(await violations(page), []);
      const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(wide <= room, `${wide} px wide in ${room}`);
      assert.deepEqual(page.trouble, []);
      await page.screenshot({ path: join(output, `${name}-${size}.png`), fullPage: true });
      await page.context().close();
    });
  }
}

test('the map is drawn in the colours of its classes', async () => {
  const page = await open(browser, server.base, '/areas');
  await mapDrawn(page);
  const { count, height } = await coloured(page, '.map-box', RAMP);
  assert.ok(height >= 300, `the map is ${height} px high`);
  count.forEach((n, i) => assert.ok(n >= 500, `${n} pixels of ${RAMP[i]}`));
  await page.context().close();
});

test('without WebGL the drawing stays, in the same colours', async () => {
  const plain = await launchNoGl();
  const page = await open(plain, server.base, '/areas');
  await page.waitForLoadState('networkidle');
  await page.locator('#map-svg').waitFor();
  const { count } = await coloured(page, '.map-box', RAMP);
  count.forEach((n, i) => assert.ok(n >= 500, `${n} pixels of ${RAMP[i]}`));
  // Dots where nothing is known, and the outline and names over all of it, are drawn and not only there.
  const dots = await coloured(page, '.map-box', ['#595959']);
  assert.ok(dots.count[0] >= 100, `${dots.count[0]} pixels of dots`);
  const name = await page
    .locator('.map-names text')
    .first()
    .evaluate((text) => text.getBBox().width);
  assert.ok(name > 50, `a name is ${name} wide`);
  await page.screenshot({ path: join(output, 'areas-no-webgl.png') });
  await plain.close();
});

test('without JavaScript every control works and rows are the same', async () => {
  const plain = await open(browser, server.base, '/areas', { javaScriptEnabled: false });
  const rich = await open(browser, server.base, '/areas');
  const rows = (page) => page.locator('tbody tr').evaluateAll((all) => all.map((row) => row.textContent));
  assert.deepEqual(await plain.locator('tbody tr').allTextContents(), await rows(rich));
  await plain.selectOption('#need', 'food');
  await plain.click('button[type=submit]');
  await plain.waitForURL(/need=food/);
  await plain.screenshot({ path: join(output, 'areas-no-script.png') });
  await plain.context().close();
  await rich.context().close();
});

test('a change of need keeps the page, goes into the address, and back undoes it', async () => {
  const page = await open(browser, server.base, '/areas');
  const before = await page.locator('tbody tr').allTextContents();
  await page.evaluate(() => {
    window.same = true;
  });
  await page.selectOption('#need', 'food');
  await page.waitForFunction(() => new URL(location.href).searchParams.get('need') === 'food');
  await page.waitForFunction(() => document.title.startsWith('Food'));
  const shown = await page.locator('tbody tr').allTextContents();
  assert.equal(await page.evaluate(() => window.same), true);
  await page.reload();
  assert.deepEqual(await page.locator('tbody tr').allTextContents(), shown);
  await page.goBack();
  await page.waitForFunction(() => !new URL(location.href).searchParams.has('need'));
  await eventually(async () => assert.deepEqual(await page.locator('tbody tr').allTextContents(), before));
  await page.context().close();
});

test('a row and its place on the map are selected together, and the address says so', async () => {
  const page = await open(browser, server.base, '/areas');
  await mapDrawn(page);
  const row = page.locator('tbody tr').nth(2);
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
  const page = await open(browser, server.base, '/areas');
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
