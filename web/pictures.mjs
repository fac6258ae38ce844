// A contact sheet of every page on the made-up town, wide and narrow, light and dark: `make pictures` writes it to docs/.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, launch, mapDrawn, open, serve } from './test/browser.mjs';

const docs = join(import.meta.dirname, '..', 'docs');
const server = await serve();
const browser = await launch();
const first = await open(browser, server.base, '/areas');
const area = await first.locator('tbody th a').first().getAttribute('href');
const codes = await first.locator('input[name=areas]').evaluateAll((all) => all.slice(0, 3).map((box) => box.value));
// Earlier quarters are worked out when they are first asked for.
await eventually(async () => {
  await first.goto(server.base + area);
  if (!(await first.getByText('As a table').count())) throw new Error('no quarters yet');
}, 60_000);
await first.context().close();

const PAGES = {
  Home: '/',
  Find: `/find?place=${codes[1]}&minutes=20`,
  Areas: '/areas',
  Area: area,
  Compare: `/compare?areas=${codes.join(',')}`,
  Needs: '/needs',
  Need: '/needs/mental-wellbeing',
  'All figures': '/needs/mental-wellbeing?view=table',
  Search: '/search?q=park',
};
const SIZES = { wide: { width: 1366, height: 768 }, narrow: { width: 390, height: 844 } };
const shots = [];
for (const [name, path] of Object.entries(PAGES)) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of ['light', 'dark']) {
      const page = await open(browser, server.base, path, { viewport, colorScheme });
      if (size === 'wide' && (await page.locator('[data-map]').count())) await mapDrawn(page);
      else await page.waitForLoadState('networkidle');
      await page.evaluate(() => document.fonts.ready);
      const image = await page.screenshot();
      if (name === 'Need' && size === 'wide' && colorScheme === 'light') writeFileSync(join(docs, 'demo.png'), image);
      shots.push({ name, size, image: image.toString('base64') });
      await page.context().close();
    }
  }
}

const height = 330;
const row = (name) =>
  `<h2>${name}</h2><div>${shots
    .filter((shot) => shot.name === name)
    .map(({ image }) => `<img height="${height}" src="data:image/png;base64,${image}">`)
    .join('')}</div>`;
const sheet = await browser.newPage({ viewport: { width: 1540, height: 600 } });
await sheet.setContent(
  `<style>body{margin:14px;background:#8a9499;font:600 15px sans-serif}h2{font-size:15px;margin:12px 0 5px}
   div{display:flex;gap:10px}</style>${Object.keys(PAGES).map(row).join('')}`,
);
await sheet.screenshot({ path: join(docs, 'pages.jpg'), type: 'jpeg', quality: 72, fullPage: true });
await browser.close();
server.stop();
