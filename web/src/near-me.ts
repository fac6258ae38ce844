// Where somebody is, where the browser tells it and they ask for it: the place goes into the field, to be seen and changed.

import { say } from './page';

/** To some ten metres: a doorstep is nobody's business. */
const DIGITS = 4;

export function start(): void {
  const field = document.querySelector<HTMLInputElement>('form[data-lead] #place');
  if (!field?.form || !('geolocation' in navigator) || !isSecureContext) return;
  const form = field.form;
  const button = document.createElement('button');
  Object.assign(button, { type: 'button', className: 'near-me', textContent: 'Near me' });
  button.addEventListener('click', () => {
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        button.disabled = false;
        field.value = `${coords.latitude.toFixed(DIGITS)},${coords.longitude.toFixed(DIGITS)}`;
        form.requestSubmit();
      },
      () => {
        button.disabled = false;
        say('The browser does not say where you are. Type a postcode or a neighbourhood.', true);
        field.focus();
      },
      { timeout: 10_000, maximumAge: 300_000 },
    );
  });
  field.after(button);
}
