// Words as they are typed, in a list of the browser's own: arrow keys, touch and screen readers know it already.

const PAUSE = 80;

/** What may be typed, and what it is. */
type Suggestion = { value: string; label: string };

/** Fills the list of a field whose `data-suggest` is the address that is asked. */
export function start(): void {
  for (const field of document.querySelectorAll<HTMLInputElement>('input[data-suggest]')) {
    const list = field.list;
    if (!list) continue;
    let waiting = 0;
    let latest = 0;
    field.addEventListener('input', () => {
      clearTimeout(waiting);
      waiting = window.setTimeout(async () => {
        const turn = ++latest;
        const typed = field.value;
        if (typed.trim().length < 2) return list.replaceChildren();
        try {
          const answer = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(typed)}`, {
            credentials: 'same-origin',
          });
          const { suggestions } = (await answer.json()) as { suggestions?: (string | Suggestion)[] };
          if (turn !== latest || !suggestions) return;
          list.replaceChildren(
            ...suggestions.map((one) =>
              Object.assign(document.createElement('option'), typeof one === 'string' ? { value: one } : one),
            ),
          );
        } catch {
          // Without suggestions the field is as good as before.
        }
      }, PAUSE);
    });
  }
}
