// The same map, to zoom and to point at. Geometry comes once from this server; classes are read from the drawing that
// the page holds already, so that the two cannot disagree.

import {
  LngLatBounds,
  Map as MapLibre,
  NavigationControl,
  setWorkerUrl,
  type GeoJSONSource,
  type IControl,
  type MapLayerMouseEvent,
} from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import 'maplibre-gl/dist/maplibre-gl.css';
import './map.css';
import { CLASSES, names, only, pattern, style, type Areas } from './map-style';
import { onRefresh, results, say } from './page';
import { onSelect, select, selected, wordsOf } from './select';

declare global {
  interface Window {
    /** The map on the page, if there is one. */
    hereaboutsMap?: MapLibre;
  }
}

const still = matchMedia('(prefers-reduced-motion: reduce)');
const figureOf = (within: ParentNode | null): HTMLElement | null =>
  within?.querySelector<HTMLElement>('[data-map]') ?? null;

const host = document.createElement('div');
host.className = 'map-live';
const hint = document.createElement('p');
hint.className = 'map-hint';
hint.setAttribute('aria-hidden', 'true');

let map: MapLibre | null = null;
let everything: Everything | null = null;
let drawn = '';
let chosen: string | null = null;
let pointed: string | null = null;

/** One button that shows the whole place again. */
class Everything implements IControl {
  private readonly group = document.createElement('div');
  constructor(private readonly bounds: LngLatBounds) {}
  onAdd(on: MapLibre): HTMLElement {
    this.group.className = 'maplibregl-ctrl maplibregl-ctrl-group';
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'map-everything';
    button.title = 'Show the whole area';
    button.setAttribute('aria-label', button.title);
    button.addEventListener('click', () => on.fitBounds(this.bounds, { padding: 16, animate: !still.matches }));
    this.group.append(button);
    return this.group;
  }
  onRemove(): void {
    this.group.remove();
  }
}

/** Puts the map into a figure, with that figure's geometry and classes. Until it is drawn, the drawing stays in sight. */
async function show(figure: HTMLElement): Promise<void> {
  const box = figure.querySelector<HTMLElement>('.map-box');
  const address = figure.dataset['map'];
  if (!box || !address) return;
  box.append(host, hint);
  if (address !== drawn) {
    drawn = address;
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
    const areas = (await answer.json()) as Areas;
    if (address !== drawn) return;
    places.clear();
    for (const { properties } of areas.features) places.set(properties.code, properties.at);
    await draw(areas, figure.dataset['streets'] !== undefined);
  }
  paint();
  choose(selected());
  const current = figureOf(results())?.querySelector<HTMLElement>('.map-box');
  if (current) current.dataset['live'] = '';
}

async function draw(areas: Areas, streets: boolean): Promise<void> {
  const bounds = new LngLatBounds(areas.bbox);
  if (map) {
    map.removeFeatureState({ source: 'areas' });
    map.getSource<GeoJSONSource>('areas')?.setData(areas);
    map.getSource<GeoJSONSource>('labels')?.setData(names(areas));
    map.fitBounds(bounds, { padding: 16, animate: false });
  } else {
    map = await create(areas, streets, bounds);
  }
  if (everything) map.removeControl(everything);
  everything = new Everything(bounds);
  map.addControl(everything, 'top-right');
}

async function create(areas: Areas, streets: boolean, bounds: LngLatBounds): Promise<MapLibre> {
  setWorkerUrl(workerUrl);
  // Names are drawn once: in the typeface of the page, if it comes.
  await document.fonts.load('600 16px "Source Sans 3"').catch(() => []);
  const made = new MapLibre({
    container: host,
    style: style(areas, streets),
    bounds,
    fitBoundsOptions: { padding: 16 },
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    // One finger scrolls the page past the map; two move it.
    cooperativeGestures: matchMedia('(pointer: coarse)').matches,
    fadeDuration: still.matches ? 0 : 200,
    // The picture can then be read back by tests and copied by people.
    canvasContextAttributes: { preserveDrawingBuffer: true },
    locale: {
      'Map.Title': 'Map of neighbourhoods: arrow keys move it, plus and minus zoom; the table holds the same figures',
    },
  });
  made.touchZoomRotate.disableRotation();
  made.keyboard.disableRotation();
  made.addControl(new NavigationControl({ showCompass: false }), 'top-right');
  made.addImage('dots', pattern('dots'), { pixelRatio: 1 });
  made.addImage('bars', pattern('bars'), { pixelRatio: 1 });
  made.addImage('hatch', pattern('hatch'), { pixelRatio: 1 });
  made.addImage('rules', pattern('rules'), { pixelRatio: 1 });
  made.on('click', 'areas', (event) => {
    const code = codeAt(event);
    if (code) select(code, 'map');
  });
  made.on('mousemove', 'areas', (event) => point(codeAt(event)));
  made.on('mouseleave', 'areas', () => point(null));
  made.on('webglcontextlost', giveUp);
  await new Promise<void>((resolve, reject) => {
    made.once('load', () => resolve());
    made.once('error', (event) => reject(event.error));
  });
  made.on('error', (event) => console.warn('map:', event.error));
  window.hereaboutsMap = made;
  return made;
}

const codeAt = (event: MapLayerMouseEvent): string | null => {
  const code: unknown = event.features?.[0]?.properties?.['code'];
  return typeof code === 'string' ? code : null;
};

/** Takes the classes of the drawing beside it. */
function paint(): void {
  const figure = figureOf(results());
  if (!map || !figure) return;
  const dotted: string[] = [];
  const ruled: string[] = [];
  const barred: string[] = [];
  const hatched: string[] = [];
  for (const area of figure.querySelectorAll<SVGAElement>('a[data-area]')) {
    const { area: code = '', class: name = 'no-data' } = area.dataset;
    if (name === 'no-data') dotted.push(code);
    else if (name === 'few') ruled.push(code);
    else if (name === 'no-list') barred.push(code);
    else if (area.dataset['hatched'] !== undefined) hatched.push(code);
    map.setFeatureState({ source: 'areas', id: code }, { class: CLASSES.indexOf(name) });
  }
  map.setFilter('dots', only(dotted));
  map.setFilter('rules', only(ruled));
  map.setFilter('bars', only(barred));
  map.setFilter('hatch', only(hatched));
}

function point(code: string | null): void {
  if (!map || code === pointed) return;
  if (pointed) map.setFeatureState({ source: 'areas', id: pointed }, { pointed: false });
  if (code) map.setFeatureState({ source: 'areas', id: code }, { pointed: true });
  pointed = code;
  map.getCanvas().classList.toggle('pointing', code !== null);
  hint.textContent = code ? wordsOf(code) : '';
}

/** Marks the selected area, and moves only if it is out of sight. */
function choose(code: string | null): void {
  if (!map) return;
  if (chosen) map.setFeatureState({ source: 'areas', id: chosen }, { chosen: false });
  if (code) map.setFeatureState({ source: 'areas', id: code }, { chosen: true });
  chosen = code;
  const at = code ? nameAt(code) : null;
  if (!at || map.getBounds().contains(at)) return;
  if (still.matches) map.jumpTo({ center: at });
  else map.easeTo({ center: at });
}

const places = new Map<string, [number, number]>();
const nameAt = (code: string): [number, number] | null => places.get(code) ?? null;

function giveUp(): void {
  map?.remove();
  map = null;
  drawn = '';
  host.remove();
  hint.remove();
  figureOf(results())?.querySelector<HTMLElement>('.map-box')?.removeAttribute('data-live');
  say('The interactive map stopped; the drawing shows the same.', true);
}

function failed(error: unknown): void {
  console.warn('map:', error);
  giveUp();
}

export function start(): void {
  onSelect(choose);
  onRefresh((fresh) => {
    const figure = figureOf(fresh);
    if (!figure) return;
    // The live map moves over before the old results go, so that it keeps its place and zoom.
    if (map) figure.querySelector<HTMLElement>('.map-box')?.setAttribute('data-live', '');
    figure.querySelector('.map-box')?.append(host, hint);
    queueMicrotask(() => show(figure).catch(failed));
  });
  const figure = figureOf(results());
  if (figure) show(figure).catch(failed);
}
