// How the map looks: the fills of the style sheet, two patterns drawn here, lines and names. No glyphs and no sprites:
// names use fonts of the machine, so that no other host is asked.

import type { LayerSpecification, StyleSpecification } from 'maplibre-gl';

/** What the server sends to draw: `at` is a point inside, for the name. */
export type Areas = GeoJSON.FeatureCollection<
  GeoJSON.MultiPolygon,
  { code: string; name: string; at: [number, number] }
> & {
  bbox: [number, number, number, number];
};

const FONT = ['"Source Sans 3"', 'Arial', 'sans-serif'];
/** Classes in the order of their number in feature-state. */
export const CLASSES = ['0', '1', '2', '3', '4', 'few', 'none', 'no-data', 'no-list'];

/** Colours are the style sheet's, light or dark. */
const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const colour = (name: string): string => token(`class-${name}`);

/** Tiles of streets are made for these zooms; nearer ones are enlarged. */
const STREETS = { tiles: [`${location.origin}/tiles/streets/{z}/{x}/{y}.mvt`], minzoom: 11, maxzoom: 15 };

/** From a hair's breadth to so many pixels near by, and this much more on either side. */
const width = (near: number, beside = 0) =>
  ['interpolate', ['exponential', 1.6], ['zoom'], 11, 0.35 + beside / 2, 14, 1.1 + beside, 17, near + beside] as never;

/** Streets lie over the fills, which would hide them: dark with a pale edge, to be seen on the palest class and the darkest. */
function streetLayers(): LayerSpecification[] {
  const line = { type: 'line' as const, source: 'streets', 'source-layer': 'streets' };
  const stepFree = ['all', ['get', 'step_free'], ['get', 'connected']] as never;
  const round = { 'line-cap': 'round' as const, 'line-join': 'round' as const };
  return [
    {
      ...line,
      id: 'street-edges',
      layout: round,
      paint: {
        'line-color': token('ground'),
        'line-opacity': ['interpolate', ['linear'], ['zoom'], 11, 0.3, 14, 0.6] as never,
        'line-width': width(4, 1.6),
      },
    },
    {
      ...line,
      id: 'streets',
      filter: stepFree,
      layout: round,
      paint: { 'line-color': token('muted'), 'line-opacity': 0.65, 'line-width': width(4) },
    },
    {
      ...line,
      id: 'steps',
      filter: ['!', ['get', 'step_free']] as never,
      paint: { 'line-color': token('muted'), 'line-opacity': 0.9, 'line-width': width(4), 'line-dasharray': [1, 0.6] },
    },
    {
      ...line,
      id: 'stubs',
      filter: ['!', ['get', 'connected']] as never,
      paint: { 'line-color': token('muted'), 'line-opacity': 0.3, 'line-width': width(3) },
    },
  ];
}

export function style(areas: Areas, streets: boolean): StyleSpecification {
  const steps = CLASSES.flatMap((name, i) => [i, colour(name)]);
  const chosen = ['boolean', ['feature-state', 'chosen'], false];
  const pointed = ['boolean', ['feature-state', 'pointed'], false];
  return {
    version: 8,
    sources: {
      areas: { type: 'geojson', data: areas, promoteId: 'code', tolerance: 0.1 },
      labels: { type: 'geojson', data: names(areas) },
      ...(streets ? { streets: { type: 'vector' as const, ...STREETS } } : {}),
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': token('wash') } },
      {
        id: 'areas',
        type: 'fill',
        source: 'areas',
        paint: {
          'fill-color': [
            'match',
            ['coalesce', ['feature-state', 'class'], CLASSES.indexOf('no-data')],
            ...steps,
            colour('no-data'),
          ] as never,
        },
      },
      // A pattern cannot follow feature-state: these follow lists of codes.
      { id: 'rules', type: 'fill', source: 'areas', filter: only([]), paint: { 'fill-pattern': 'rules' } },
      { id: 'dots', type: 'fill', source: 'areas', filter: only([]), paint: { 'fill-pattern': 'dots' } },
      { id: 'bars', type: 'fill', source: 'areas', filter: only([]), paint: { 'fill-pattern': 'bars' } },
      { id: 'hatch', type: 'fill', source: 'areas', filter: only([]), paint: { 'fill-pattern': 'hatch' } },
      ...(streets ? streetLayers() : []),
      {
        id: 'lines',
        type: 'line',
        source: 'areas',
        layout: { 'line-join': 'round' },
        paint: {
          'line-color': token('map-line'),
          'line-opacity': ['case', pointed, 1, 0.55] as never,
          'line-width': ['case', pointed, 2, 0.8] as never,
        },
      },
      {
        id: 'chosen-casing',
        type: 'line',
        source: 'areas',
        layout: { 'line-join': 'round' },
        paint: { 'line-color': token('ground'), 'line-width': ['case', chosen, 8, 0] as never },
      },
      {
        id: 'chosen',
        type: 'line',
        source: 'areas',
        layout: { 'line-join': 'round' },
        paint: { 'line-color': token('map-chosen'), 'line-width': ['case', chosen, 4, 0] as never },
      },
      {
        id: 'labels',
        type: 'symbol',
        source: 'labels',
        layout: { 'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': 12, 'text-max-width': 8 },
        paint: { 'text-color': token('ink'), 'text-halo-color': token('ground'), 'text-halo-width': 1.6 },
      },
    ],
  };
}

/** One point for each name: a polygon's own name would come once for each tile it touches. */
export function names(areas: Areas): GeoJSON.FeatureCollection {
  const features = areas.features.map(({ properties: { name, at } }) => ({
    type: 'Feature' as const,
    properties: { name },
    geometry: { type: 'Point' as const, coordinates: at },
  }));
  return { type: 'FeatureCollection', features };
}

/** The filter that keeps some areas. */
export const only = (codes: string[]) => ['in', ['get', 'code'], ['literal', codes]] as never;

/** Dots for no data, level bars for no list, upright ones for too few, slanting lines for doubt: 8 × 8 pixels, drawn here. */
export function pattern(kind: keyof typeof INK): ImageData {
  const image = new ImageData(8, 8);
  for (let y = 0; y < 8; y++) {
    for (let x = 0; x < 8; x++) {
      const [shade, alpha] = INK[kind](x, y);
      image.data.set([shade, shade, shade, alpha], (y * 8 + x) * 4);
    }
  }
  return image;
}

/** Shade and opacity of each pixel. */
const INK: Record<'dots' | 'bars' | 'rules' | 'hatch', (x: number, y: number) => [number, number]> = {
  dots: (x, y) => [0x59, (x < 2 && y < 2) || (x > 3 && x < 6 && y > 3 && y < 6) ? 255 : 0],
  bars: (_, y) => [0x6b, y === 3 ? 255 : 0],
  rules: (x) => [0x8a, x === 4 ? 255 : 0],
  hatch: (x, y) => {
    const along = (x + y) % 8;
    return along === 0 ? [255, 200] : along === 1 ? [11, 160] : [0, 0];
  },
};
