import * as page from './page';
import * as selection from './select';
import * as suggest from './suggest';

/** Software that has no WebGL 2 keeps the drawing that is in the page already. */
function canDrawMaps(): boolean {
  return document.createElement('canvas').getContext('webgl2') !== null;
}

async function startMap(): Promise<void> {
  if (!document.querySelector('[data-map]') || !canDrawMaps()) return;
  const map = await import('./map');
  map.start();
}

selection.start();
page.start();
suggest.start();
// The chunk is large; the table is what matters first.
requestAnimationFrame(() => {
  startMap().catch((error: unknown) => console.warn('The interactive map did not start; the drawing stays.', error));
});
