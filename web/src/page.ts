// The page is the server's: this only spares a reload. The address is the only state, and every step here is one that
// a link or a form without JavaScript takes too.

const RESULTS = 'results';
let latest = 0;

export const results = (): HTMLElement | null => document.getElementById(RESULTS);

/** Says one thing to a screen reader, and to the eye while something is wrong. */
export function say(words: string, trouble = false): void {
  const status = document.getElementById('status');
  if (!status) return;
  status.textContent = words;
  status.classList.toggle('trouble', trouble);
}

/** Runs after each change of the results, and once at the start. */
export type Refreshed = (fresh: HTMLElement, stale: HTMLElement | null) => void;
const listeners: Refreshed[] = [];
export function onRefresh(listener: Refreshed): void {
  listeners.push(listener);
}

/** Shows the results at an address of this page. Late answers are dropped; if none comes, the old results stay. */
export async function go(address: string | URL, record: 'push' | 'replace' | 'none' = 'push'): Promise<void> {
  let url = new URL(address, location.href);
  const turn = ++latest;
  results()?.setAttribute('aria-busy', 'true');
  let text: string;
  try {
    const answer = await fetch(url, { headers: { 'X-Fragment': RESULTS }, credentials: 'same-origin' });
    text = await answer.text();
    // A need leads to a page of its own.
    if (answer.redirected) url = new URL(answer.url);
    // A refusal has results too where the page can say what may have been meant.
    if (!answer.ok && !text.includes(`id="${RESULTS}"`)) return location.assign(url);
  } catch {
    if (turn === latest) {
      results()?.removeAttribute('aria-busy');
      say('Could not refresh; the results shown are those from before.', true);
    }
    return;
  }
  if (turn !== latest) return;
  if (record === 'push') history.pushState(null, '', url);
  if (record === 'replace') history.replaceState(null, '', url);
  swap(text);
  // Somebody may type on while the answer is on its way; going back is another matter.
  followAddress(url, record === 'none' ? null : document.activeElement);
}

function swap(text: string): void {
  const stale = results();
  const fresh = new DOMParser().parseFromString(text, 'text/html').getElementById(RESULTS);
  if (!stale || !fresh) return location.reload();
  const focus = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  const mark = focus && stale.contains(focus) ? placeOf(focus) : null;
  const scrolled = stale.querySelector('.scroll')?.scrollLeft ?? 0;
  document.adoptNode(fresh);
  for (const listener of listeners) listener(fresh, stale);
  stale.replaceWith(fresh);
  fresh.querySelector('.scroll')?.scrollTo({ left: scrolled });
  if (mark) fresh.querySelector<HTMLElement>(mark)?.focus({ preventScroll: true });
  if (fresh.dataset['title']) document.title = fresh.dataset['title'];
  say(fresh.dataset['status'] ?? '');
}

/** On a narrow screen what was found lies below a form: it comes into sight, and the keyboard goes on from there. */
function leadTo(found: HTMLElement | null): void {
  const first = found?.querySelector<HTMLElement>('[data-found]');
  if (!first || first.getBoundingClientRect().top < innerHeight / 2) return;
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  first.focus({ preventScroll: true });
  first.scrollIntoView({ block: 'start', behavior: still ? 'auto' : 'smooth' });
}

/** A selector that finds the same control in the next results. */
function placeOf(element: HTMLElement): string | null {
  if (element.id) return `#${CSS.escape(element.id)}`;
  const key = element.dataset['key'];
  return key ? `[data-key="${CSS.escape(key)}"]` : null;
}

/** Controls follow the address, also after "back", but for the one that is in use. */
function followAddress(url: URL, inUse: Element | null): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-fragment]')) {
    for (const control of form.elements) {
      if (control === inUse || (control instanceof HTMLElement && control.dataset['keep'] !== undefined)) continue;
      if (control instanceof HTMLSelectElement) {
        control.value = url.searchParams.get(control.name) ?? control.dataset['default'] ?? '';
      } else if (control instanceof HTMLInputElement && control.type === 'radio') {
        control.checked = control.value === (url.searchParams.get(control.name) ?? control.dataset['default']);
      } else if (control instanceof HTMLInputElement && control.type === 'checkbox') {
        control.checked = url.searchParams.get(control.name) === control.value;
      } else if (control instanceof HTMLInputElement) {
        // Where somebody sets out may stand under another name: what they typed stays.
        const value = url.searchParams.get(control.name);
        if (control.name !== 'place' || value !== null) control.value = value ?? '';
      }
    }
  }
}

/** The address a form asks for, without the parts that say nothing. */
function addressOf(form: HTMLFormElement): URL {
  const url = new URL(form.action, location.href);
  url.search = '';
  url.hash = '';
  for (const [name, value] of new FormData(form)) {
    const control = form.elements.namedItem(name);
    const one = control instanceof RadioNodeList ? control[0] : control;
    const usual = one instanceof HTMLElement ? (one.dataset['default'] ?? '') : '';
    if (typeof value === 'string' && value !== '' && value !== usual) url.searchParams.set(name, value);
  }
  return url;
}

const plain = (event: MouseEvent): boolean =>
  event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;

export function start(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.dataset['fragment'] === undefined) return;
    event.preventDefault();
    void go(addressOf(form)).then(() => form.dataset['lead'] !== undefined && leadTo(results()));
  });
  document.addEventListener('change', (event) => {
    const form = event.target instanceof HTMLElement ? event.target.closest('form') : null;
    if (form?.dataset['fragment'] !== undefined && form) void go(addressOf(form));
  });
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[data-fragment]') : null;
    if (!link || !plain(event) || event.defaultPrevented) return;
    event.preventDefault();
    void go(link.href);
  });
  window.addEventListener('popstate', () => void go(location.href, 'none'));
  const shown = results();
  if (shown) for (const listener of listeners) listener(shown, null);
}
