// One neighbourhood at a time is selected, in the address, the table and the map alike.

import { onRefresh, results, say } from './page';

export type Chosen = (code: string | null) => void;
const listeners: Chosen[] = [];
export function onSelect(listener: Chosen): void {
  listeners.push(listener);
}

const rows = (within: ParentNode): NodeListOf<HTMLElement> => within.querySelectorAll<HTMLElement>('[data-row]');
const outlineOf = (within: ParentNode, code: string): SVGAElement | null =>
  within.querySelector<SVGAElement>(`a[data-area="${CSS.escape(code)}"]`);

export const selected = (): string | null => new URL(location.href).searchParams.get('sel');

/** What the map says of an area, in words. */
export function wordsOf(code: string): string {
  return outlineOf(document, code)?.querySelector('title')?.textContent ?? '';
}

/** Selects an area wherever it is shown. From the map the row is brought into view; focus stays where it is. */
export function select(code: string, from: 'map' | 'table'): void {
  if (selected() !== code) {
    const url = new URL(location.href);
    url.searchParams.set('sel', code);
    history.pushState(null, '', url);
  }
  show(code, document);
  say(wordsOf(code));
  if (from === 'map') {
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const row = results()?.querySelector(`[data-row="${CSS.escape(code)}"]`);
    row?.scrollIntoView({ block: 'nearest', behavior: calm ? 'auto' : 'smooth' });
  }
  for (const listener of listeners) listener(code);
}

function show(code: string, within: ParentNode): void {
  for (const row of rows(within)) {
    if (row.dataset['row'] === code) row.setAttribute('aria-current', 'true');
    else row.removeAttribute('aria-current');
  }
  const outline = outlineOf(within, code);
  const line = within.querySelector('#map-selected');
  const d = outline?.querySelector('path')?.getAttribute('d');
  if (line && d) line.setAttribute('d', d);
  for (const item of within.querySelectorAll<HTMLElement>('.legend li')) {
    item.toggleAttribute('data-selected', item.dataset['class'] === outline?.dataset['class']);
  }
  const card = within.querySelector<HTMLElement>('#selected');
  const words = outline?.querySelector('title')?.textContent;
  if (!card || !outline || !words) return;
  card.hidden = false;
  const text = card.querySelector('[data-words]');
  const report = card.querySelector<HTMLAnchorElement>('a');
  if (text) text.textContent = words;
  const href = within.querySelector<HTMLAnchorElement>(`[data-row="${CSS.escape(code)}"] a[data-report]`)?.href;
  // The row may stand on another page of the list.
  if (report) report.href = href ?? `/areas/${encodeURIComponent(code)}`;
}

export function start(): void {
  document.addEventListener('click', (event) => {
    if (!(event.target instanceof Element) || event.button !== 0 || event.metaKey || event.ctrlKey) return;
    const outline = event.target.closest<SVGAElement>('a[data-area]');
    if (outline) {
      event.preventDefault();
      return select(outline.dataset['area'] ?? '', 'map');
    }
    const control = event.target.closest('a, button, input, select, summary');
    const picks = control?.hasAttribute('data-select');
    const row = event.target.closest<HTMLElement>('[data-row]');
    if (!row || (control && !picks)) return;
    // A row may be clicked anywhere, but not while its text is being marked.
    if (!control && getSelection()?.type === 'Range') return;
    event.preventDefault();
    select(row.dataset['row'] ?? '', 'table');
  });
  onRefresh(() => {
    const code = selected();
    if (code) for (const listener of listeners) listener(code);
  });
}
