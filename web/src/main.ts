import * as nearMe from './near-me';
import * as page from './page';
import * as selection from './select';
import * as suggest from './suggest';

/** Software that has no WebGL 2 keeps the drawing that is in the page already. */
function canDrawMaps(): boolean {
  return document.createElement('canvas').getContext('webgl2') !== null;
}

let mapStarted = false;

async function startMap(): Promise<void> {
  const figure = document.querySelector<HTMLElement>('[data-map]');
  // Hidden, as behind the list on a telephone, it costs nothing.
  if (mapStarted || !figure || figure.offsetParent === null || !canDrawMaps()) return;
  mapStarted = true;
  const map = await import('./map');
  map.start();
}

const startMapSoon = (): void => {
  // The chunk is large; the table is what matters first.
  requestAnimationFrame(() => {
    startMap().catch((error: unknown) => console.warn('The interactive map did not start; the drawing stays.', error));
  });
};

selection.start();
page.onRefresh(startMapSoon);
page.start();
suggest.start();
nearMe.start();
startMapSoon();
matchMedia('(min-width: 68rem)').addEventListener('change', startMapSoon);
