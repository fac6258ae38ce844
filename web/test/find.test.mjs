import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join } from 'node:path';
import { eventually, launch, open, output, serveStore, settled, violations } from './browser.mjs';

const SIZES = {
  desk: { width: 1366, height: 768 },
  phone: { width: 390, height: 844 },
  narrow: { width: 320, height: 700 },
};
const FOUND = '/find?place=Windward&need=social-connection';
/** Venues say neither when nor for how much. */
const UNSURE = `${FOUND}&free=true&step_free=true&day=thursday&before=17:00`;
const NOTHING = `${UNSURE}&kind=park`;
/** Listings that say as much as listings do: five of them have to fit a sheet. */
const LONG = [
  'id,name,kind,needs,lon,lat,verified_on,cost,step_free,schedule,eligibility,phone,website,address,postcode',
]
  .concat(
    [1, 2, 3, 4, 5].map((n) =>
      [
        `L${n}`,
        `The Long Afternoon Club for Everybody Who Would Like Company, Tea and a Walk, Group ${n}`,
        'group',
        'social-connection',
        2.27 + n * 0.004,
        54.71 + n * 0.002,
        '2026-10-01',
        'free; a donation towards tea and biscuits is welcome but never asked for',
        'yes',
        'Mondays and Thursdays 10:00–12:00; first Tuesday of the month 18:30–20:00; not in August; ring before you come the first time as the room may change',
        'everybody',
        '01632 960123',
        'https://long-afternoon-club.example/groups/everybody/how-to-find-us',
        'The Upper Room, Old Sailcloth Warehouse and Community Building, 123 to 127 Ropewalk Street, Netloft, Doggerby',
        '',
      ]
        .map((cell) => `"${cell}"`)
        .join(','),
    ),
  )
  .join('\n');
let server, browser, cards;

const ids = (page) =>
  page.locator('ol.cards h3 a').evaluateAll((all) => all.map((a) => decodeURIComponent(new URL(a.href).pathname)));

/** Signs in with the key, and goes on to a page. */
async function signIn(page, to) {
  await page.goto(`${server.base}/login?to=${encodeURIComponent(to)}`);
  await page.fill('#key', server.key);
  await page.click('main button[type=submit]');
  await page.waitForURL((url) => !url.pathname.startsWith('/login'));
}

before(async () => {
  server = await serveStore(LONG);
  browser = await launch();
  const page = await open(browser, server.base, FOUND);
  cards = await ids(page);
  assert.ok(cards.length >= 5);
  await page.context().close();
});
after(async () => {
  await browser?.close();
  server?.stop();
});

const PAGES = {
  start: () => '/find',
  found: () => FOUND,
  unsure: () => UNSURE,
  nothing: () => NOTHING,
  unknown: () => '/find?place=Atlantis',
  asset: () => cards[0],
  list: () =>
    `/list?place=Windward&ids=${cards
      .slice(0, 5)
      .map((id) => id.replace('/assets/', ''))
      .join(',')}`,
};

for (const [size, viewport] of Object.entries(SIZES)) {
  for (const [name, path] of Object.entries(PAGES)) {
    test(`${name} at ${size}: quiet, within its width, accessible, large enough to touch`, async () => {
      const page = await open(browser, server.base, path(), { viewport });
      await page.waitForLoadState('networkidle');
      await page.evaluate(() =>
        document.querySelectorAll('main details').forEach((details) => {
          details.open = true;
        }),
      );
      assert.deepEqual(await violations(page), []);
      const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(wide <= room, `${wide} px wide in ${room}`);
      const small = await page
        .locator(
          '.button, .chip, .cards h3 a, .cards .row a, summary, .field input:not([type=checkbox]), .field select, .switch a, .tick label, .ticks label, .pages a, .top nav a',
        )
        .evaluateAll((all) =>
          all
            .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 43.5)
            .map((e) => `${e.outerHTML.slice(0, 90)} ${e.getBoundingClientRect().height}`),
        );
      assert.deepEqual(small, []);
      assert.deepEqual(
        page.trouble.filter((line) => !/status of 404/.test(line)),
        [],
      );
      await page.screenshot({ path: join(output, `find-${name}-${size}.png`), fullPage: true });
      await page.context().close();
    });
  }
}

test('on a phone the list comes before the map, and the map is one step away', async () => {
  const page = await open(browser, server.base, FOUND, { viewport: SIZES.phone });
  await page.locator('ol.cards').waitFor();
  assert.equal(await page.locator('.sketch').isVisible(), false);
  await page.click('[data-key="view-map"]');
  await page.locator('.sketch').waitFor({ state: 'visible' });
  await page.locator('ol.cards').waitFor({ state: 'hidden' });
  await page.context().close();
});

test('by keyboard alone: search, hear how many, narrow, put on the list', async () => {
  const page = await open(browser, server.base, '/find');
  const tab = async (reached) => {
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate((selector) => document.activeElement?.matches(selector), reached)) return;
    }
    assert.fail(`no way to ${reached} by keyboard`);
  };
  await tab('#place');
  await page.keyboard.type('windward');
  await tab('#q');
  await page.keyboard.type('knit');
  await page.keyboard.press('Enter');
  // The place alone was looked for already: only an address with the words is the answer to both.
  await page.waitForURL((url) => url.searchParams.get('q') === 'knit');
  await page.locator('ol.cards > li').first().waitFor();
  await settled(page);
  const told = /\d+ listings? fits? within 15 min on foot of Windward/;
  await eventually(async () => assert.match(await page.locator('#status').textContent(), told));
  await tab('ol.cards .button');
  const seen = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.equal(seen, 'solid', 'where the keyboard is can be seen');
  await page.keyboard.press('Enter');
  await page.locator('.shortlist').waitFor();
  const kept = () => document.activeElement?.dataset.key?.startsWith('list-');
  await eventually(async () => assert.equal(await page.evaluate(kept), true, 'focus stays'));
  await page.context().close();
});

test('what is typed while an answer is on its way stays', async () => {
  const page = await open(browser, server.base, '/find');
  await page.fill('#place', 'windward');
  const asked = page.waitForRequest(/\/find\?place=windward$/);
  await page.route(/\/find\?place=windward$/, async (route) => {
    await page.waitForFunction(() => document.querySelector('#q').value === 'kn');
    await route.continue();
  });
  await page.locator('#q').focus();
  await asked;
  await page.keyboard.type('kn');
  await page.locator('ol.cards > li').first().waitFor();
  await settled(page);
  await page.keyboard.type('it');
  await eventually(async () => assert.equal(await page.locator('#q').inputValue(), 'knit'));
  await page.context().close();
});

test('a condition narrows to the number it says, the form follows, and back undoes it', async () => {
  const page = await open(browser, server.base, FOUND);
  await page.evaluate(() => {
    window.same = true;
  });
  const chip = page.locator('.narrow .chip', { hasText: 'step-free' });
  // How many fit, and how many may.
  const counts = await chip.locator('.count').allTextContents();
  const count = counts.map((text) => Number(/\d+/.exec(text)[0])).reduce((a, b) => a + b);
  await chip.click();
  await page.waitForFunction(() => location.search.includes('step_free=true'));
  await settled(page);
  await eventually(async () => assert.equal((await ids(page)).length, Math.min(count, 20)));
  await eventually(async () => assert.equal(await page.locator('input[name=step_free]').isChecked(), true));
  await page.goBack();
  await page.waitForFunction(() => !location.search.includes('step_free'));
  // The address is the old one before the answer has been asked for.
  await eventually(async () => assert.deepEqual(await ids(page), cards));
  await eventually(async () => assert.equal(await page.locator('input[name=step_free]').isChecked(), false));
  assert.equal(await page.evaluate(() => window.same), true);
  await page.context().close();
});

test('words are suggested as they are typed', async () => {
  const page = await open(browser, server.base, '/find');
  await page.waitForLoadState('networkidle');
  await page.locator('#q').pressSequentially('the lon', { delay: 20 });
  // What is offered for the first letters comes before what is offered for all of them.
  await eventually(async () => {
    const offered = await page.locator('#words option').evaluateAll((all) => all.map((o) => o.value));
    assert.ok(offered.includes('the long'), `offered are ${offered.join()}`);
  });
  assert.deepEqual(page.trouble, []);
  await page.context().close();
});

test('without JavaScript the same rows, conditions and list', async () => {
  const page = await open(browser, server.base, '/find', { javaScriptEnabled: false });
  await page.fill('#place', 'Windward');
  await page.selectOption('#need', 'social-connection');
  await page.click('.look button[type=submit]');
  await page.waitForURL(/need=social-connection/);
  await eventually(async () => assert.deepEqual(await ids(page), cards));
  await page.locator('.narrow .chip', { hasText: 'step-free' }).click();
  await page.waitForURL(/step_free=true/);
  await page.locator('ol.cards .button').first().click();
  await page.click('.shortlist a');
  await page.waitForURL((url) => url.pathname === '/list');
  await eventually(async () => assert.equal(await page.locator('.leaflet-items > li').count(), 1));
  await page.context().close();
});

test('when the network is gone the results stay and the page says so', async () => {
  const page = await open(browser, server.base, FOUND);
  await page.context().setOffline(true);
  await page.locator('.narrow .chip').first().click();
  await page.locator('#status.trouble').waitFor();
  await page.locator('#status', { hasText: 'results shown are those from before' }).waitFor();
  assert.deepEqual(await ids(page), cards);
  await page.context().close();
});

test('what one browser says another sees within a second, and undoing restores it', async () => {
  const worker = await open(browser, server.base, '/find');
  const other = await open(browser, server.base, cards[1], { javaScriptEnabled: false });
  const before = await other.locator('section.quality').textContent();
  await signIn(worker, cards[1]);
  await worker.getByRole('button', { name: 'It has closed' }).click();
  await worker.waitForURL(/said=1/);
  // The second is the server's: how long a browser takes to lay out a page is not measured.
  const said = Date.now();
  const shown = await (await other.request.get(server.base + cards[1])).text();
  assert.ok(Date.now() - said < 1_000, `${Date.now() - said} ms`);
  assert.match(shown, /a link worker: closed/);
  await other.reload();
  await other.locator('main', { hasText: 'a link worker: closed' }).waitFor();
  await other.locator('.tag.warn', { hasText: 'closed' }).first().waitFor();
  assert.deepEqual(await violations(worker), []);
  await worker.screenshot({ path: join(output, 'find-said.png'), fullPage: true });
  const find = await open(browser, server.base, FOUND);
  assert.ok(!(await ids(find)).includes(cards[1]), 'what has closed is not looked for');
  await worker.getByRole('button', { name: /Take back entry/ }).click();
  // The address is the same as after the first entry: what tells is the history.
  await worker.locator('.history', { hasText: /entry \d+ taken back/ }).waitFor();
  await other.reload();
  assert.equal(await other.locator('section.quality').textContent(), before);
  const history = await other.locator('.history').textContent();
  assert.match(history, /closed \(taken back by entry \d+\)/);
  assert.match(history, /entry \d+ taken back/);
  for (const page of [worker, other, find]) await page.context().close();
});

test('the public reports a problem without JavaScript, and confirms nothing', async () => {
  const page = await open(browser, server.base, cards[2], { javaScriptEnabled: false });
  assert.equal(await page.getByRole('button', { name: 'It still runs' }).count(), 0);
  await page.getByText('Report a problem').click();
  await page.selectOption('#problem', 'no-answer');
  await page.getByRole('button', { name: 'Report it' }).click();
  await page.locator('.history', { hasText: 'somebody: a problem: nobody answers the telephone' }).waitFor();
  await page.context().close();
});

test('a need that nothing meets is recorded in two clicks', async () => {
  const page = await open(browser, server.base, '/find');
  await signIn(page, `${NOTHING}`);
  await page.locator('.found', { hasText: 'Nothing fits' }).waitFor();
  // The offer is open where nothing fits; elsewhere opening it is the first click.
  const button = page.getByRole('button', { name: 'Record the need' });
  assert.equal(await button.isVisible(), true);
  for (const [name, values] of [
    ['why', 1],
    ['constraints', 3],
    ['days', 1],
  ]) {
    assert.ok((await page.locator(`input[name=${name}]:checked`).count()) >= values, `${name} follows from the search`);
  }
  assert.equal(
    await page.locator('.record input[type=text], .record textarea').count(),
    0,
    'nothing to write a name in',
  );
  assert.deepEqual(await violations(page), []);
  await page.screenshot({ path: join(output, 'find-record.png'), fullPage: true });
  await button.click();
  await page.getByText('Recorded. Thank you').waitFor();
  await page.goto(server.base + FOUND);
  await page.getByText('None of these fits? Record the need').click();
  await page.locator('input[name=why]').first().check();
  await page.getByRole('button', { name: 'Record the need' }).click();
  await page.getByText('Recorded. Thank you').waitFor();
  await page.context().close();
  assert.ok(!server.said().includes('Windward'), 'where somebody sets out is in no log');
});

test('what may fit is shown with what to ask before a need is recorded, and the record says it', async () => {
  const page = await open(browser, server.base, '/find');
  await signIn(page, UNSURE);
  await page.getByRole('heading', { name: 'May fit: ask first' }).waitFor();
  assert.ok((await page.locator('ol.cards .ask').count()) > 3);
  assert.match(await page.locator('ol.cards .ask').first().textContent(), /^Ask about /);
  await page.getByText('None of these fits? Record the need').click();
  assert.ok((await page.locator('input[name=not_known]:checked').count()) >= 2);
  await page.locator('input[name=why]').first().check();
  await page.screenshot({ path: join(output, 'find-unsure-record.png'), fullPage: true });
  await page.getByRole('button', { name: 'Record the need' }).click();
  await page.getByText('Recorded. Thank you').waitFor();
  await page.context().close();
});

/** Pages of a PDF. */
const sheets = (pdf) => pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;

for (const [what, list] of Object.entries({
  'the town': () => PAGES.list(),
  'the town, with what to ask': () => `${PAGES.list()}&free=true&step_free=true&day=thursday`,
  'listings that say much': () => `/list?place=Windward&ids=${[1, 2, 3, 4, 5].map((n) => `more/L${n}`).join(',')}`,
})) {
  test(`five of ${what} print on one sheet at 14 points, nothing cut off`, async () => {
    const page = await open(browser, server.base, list(), { viewport: { width: 688, height: 1017 } });
    assert.equal(await page.locator('.leaflet-items > li').count(), 5);
    const pdf = await page.pdf({
      format: 'A4',
      preferCSSPageSize: true,
      path: join(output, `list-${what.replaceAll(' ', '-')}.pdf`),
    });
    await page.emulateMedia({ media: 'print' });
    await page.screenshot({ path: join(output, `print-${what.replaceAll(' ', '-')}.png`), fullPage: true });
    assert.equal(sheets(pdf), 1);
    const [small, cut, map] = await page.evaluate(() => {
      const shown = [...document.querySelectorAll('.leaflet *')].filter(
        (e) => e.checkVisibility() && !e.closest('svg'),
      );
      const texts = shown.filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()));
      const leaflet = document.querySelector('.leaflet');
      return [
        texts
          .filter((e) => parseFloat(getComputedStyle(e).fontSize) < 18.6)
          .map((e) => `${e.outerHTML.slice(0, 80)} ${getComputedStyle(e).fontSize}`),
        leaflet.scrollHeight > leaflet.clientHeight + 1 ? `${leaflet.scrollHeight} px in ${leaflet.clientHeight}` : '',
        document.querySelector('.leaflet-map').getBoundingClientRect().height,
      ];
    });
    assert.deepEqual(small, []);
    assert.equal(cut, '');
    assert.ok(map >= 100, `the map is ${map} px high`);
    await page.context().close();
  });
}

test('more than a sheet holds goes on to the next', async () => {
  const page = await open(
    browser,
    server.base,
    `/list?ids=${cards
      .slice(0, 12)
      .map((id) => id.replace('/assets/', ''))
      .join(',')}`,
  );
  assert.ok(sheets(await page.pdf({ format: 'A4' })) >= 2);
  await page.context().close();
});

test('sessions are taken up by a calendar', async () => {
  const page = await open(browser, server.base, '/find?place=Windward&open=week&minutes=60');
  const id = (await ids(page))[0].replace('/assets/', '');
  for (const path of [`/assets/${id}.ics`, `/list.ics?ids=${id}`]) {
    const answer = await page.request.get(server.base + path);
    assert.match(answer.headers()['content-type'], /^text\/calendar/);
    assert.match(await answer.text(), /BEGIN:VEVENT[\s\S]+DTSTART:\d{8}T\d{6}\r\n[\s\S]+RRULE:/);
  }
  await page.context().close();
});

test('on a telephone the results come into sight after Find, and the keyboard goes on from there', async () => {
  const page = await open(browser, server.base, '/find', { viewport: { width: 390, height: 844 } });
  await page.getByLabel('Where from').fill('MADEUP-01');
  await page.getByLabel('Minutes').fill('30');
  await page.getByRole('button', { name: 'Find', exact: true }).click();
  await page.locator('.cards li').first().waitFor();
  await eventually(async () => {
    const top = await page.locator('#found').evaluate((found) => found.getBoundingClientRect().top);
    assert.ok(top >= 0 && top < 300, `the results begin at ${top} px`);
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'found');
  });
  await page.mouse.wheel(0, 1_500);
  await eventually(async () => {
    const bar = await page.locator('.switch').boundingBox();
    assert.ok(bar && bar.y >= -1 && bar.y < 60, `the bar is at ${bar?.y}`);
  });
  assert.match(await page.locator('.switch .count').textContent(), /^\d+ results?$/);
  await page.context().close();
});

test('near me puts the place into the field and asks', async () => {
  const page = await open(browser, server.base, '/find', {
    geolocation: { latitude: 54.75123, longitude: 2.55123 },
    permissions: ['geolocation'],
  });
  await page.getByRole('button', { name: 'Near me' }).click();
  await page.waitForURL(/place=54\.7512%2C2\.5512/);
  assert.equal(await page.getByLabel('Where from').inputValue(), '54.7512,2.5512');
  await page.context().close();
});
