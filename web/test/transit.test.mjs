import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join } from 'node:path';
import { eventually, launch, open, output, serveStore, settled, violations } from './browser.mjs';

/** A bus from the west of the town to its east every twenty minutes, on every day. */
const time = (minutes) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}:00`;
const TRIPS = Array.from({ length: 37 }, (_, n) => 8 * 60 + n * 20);
const TIMETABLE = {
  'stops.txt': 'stop_id,stop_name,stop_lat,stop_lon\nW,West,54.715,2.27\nM,Middle,54.715,2.30\nE,East,54.715,2.33\n',
  'routes.txt': 'route_id,route_short_name,route_type\n1,One,3\n',
  'calendar.txt':
    'service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\nall,1,1,1,1,1,1,1,20200101,20991231\n',
  'trips.txt': `route_id,service_id,trip_id\n${TRIPS.map((from) => `1,all,t${from}`).join('\n')}\n`,
  'stop_times.txt': `trip_id,arrival_time,departure_time,stop_id,stop_sequence\n${TRIPS.flatMap((from) =>
    ['W', 'M', 'E'].map((stop, n) => `t${from},${time(from + 4 * n)},${time(from + 4 * n)},${stop},${n}`),
  ).join('\n')}\n`,
};
const FROM = '54.715,2.27';
const SIZES = {
  desk: { width: 1366, height: 768 },
  phone: { width: 390, height: 844 },
  narrow: { width: 320, height: 700 },
};
let server, browser;

const ids = (page) =>
  page.locator('ol.cards h3 a').evaluateAll((all) => all.map((a) => decodeURIComponent(new URL(a.href).pathname)));

before(async () => {
  server = await serveStore('', TIMETABLE);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server?.stop();
});

for (const javaScriptEnabled of [true, false]) {
  test(`on foot or by bus is chosen ${javaScriptEnabled ? 'with' : 'without'} JavaScript, and says by which timetable`, async () => {
    const page = await open(browser, server.base, '/find', { javaScriptEnabled });
    await page.fill('#place', FROM);
    await page.fill('#minutes', '35');
    await page.getByRole('button', { name: 'Find', exact: true }).click();
    // A place alone is looked for as soon as its field is left: only these minutes are the answer.
    await page.locator('.found', { hasText: 'within 35 min on foot of' }).waitFor();
    await settled(page);
    const walked = Number(/[\d,]+/.exec(await page.locator('.found').textContent())[0].replace(',', ''));
    await page.getByLabel('How').selectOption({ label: 'On foot and by bus' });
    await page.getByRole('button', { name: 'Find', exact: true }).click();
    await page.locator('.found', { hasText: 'on foot and by bus of' }).waitFor();
    await settled(page);
    const ridden = Number(/[\d,]+/.exec(await page.locator('.found').textContent())[0].replace(',', ''));
    assert.ok(ridden > walked, `${ridden} by bus and ${walked} on foot`);
    await page.locator('#results', { hasText: 'between 09:30 and 10:30 on Tuesday' }).waitFor();
    await eventually(async () => assert.equal(await page.getByLabel('How').inputValue(), 'walk+transit'));
    const api = await page.request.get(`${server.base}/v1/near?place=${FROM}&minutes=35&mode=walk%2Btransit`);
    const nearest = (await api.json()).results.map((result) => `/assets/${result.id}`);
    await eventually(async () => assert.deepEqual(await ids(page), nearest));
    // The nearest are walked to; farther on some are ridden to.
    await page.goto(`${server.base}/find?place=${FROM}&minutes=35&mode=walk%2Btransit&limit=200`);
    assert.match(
      await page.locator('ol.cards').textContent(),
      /min by bus, \d+ at the 90th percentile \(\d+ on foot\)/,
    );
    // Removing the condition goes back to walking.
    await page.locator('.chip', { hasText: 'on foot and by bus' }).click();
    await page.locator('.found', { hasText: 'within 35 min on foot of' }).waitFor();
    assert.deepEqual(page.trouble, []);
    await page.context().close();
  });
}

test('when one leaves is chosen behind the fold', async () => {
  const page = await open(browser, server.base, `/find?place=${FROM}&mode=walk%2Btransit&minutes=35`);
  await page.getByText('Day, cost, access and more').click();
  await page.getByLabel('Leaving, by bus').selectOption('saturday');
  await page.getByRole('button', { name: 'Find', exact: true }).click();
  await page.waitForFunction(() => location.search.includes('leaving=saturday'));
  await page.locator('#results', { hasText: 'on Saturday' }).waitFor();
  await page.locator('.chips', { hasText: 'leaving on Saturday morning' }).first().waitFor();
  await page.context().close();
});

for (const [size, viewport] of Object.entries(SIZES)) {
  for (const [name, path] of Object.entries({
    found: () => `/find?place=${FROM}&mode=walk%2Btransit&minutes=35&need=social-connection&offset=20`,
    asset: (asset) => `${asset}?mode=walk%2Btransit`,
  })) {
    test(`${name} by bus at ${size}: quiet, within its width, accessible`, async () => {
      const find = await open(browser, server.base, `/find?place=${FROM}`, { viewport });
      const [asset] = await ids(find);
      await find.context().close();
      const page = await open(browser, server.base, path(asset), { viewport });
      await page.waitForLoadState('networkidle');
      assert.deepEqual(await violations(page), []);
      const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(wide <= room, `${wide} px wide in ${room}`);
      assert.deepEqual(page.trouble, []);
      await page.screenshot({ path: join(output, `transit-${name}-${size}.png`), fullPage: true });
      await page.context().close();
    });
  }
}
