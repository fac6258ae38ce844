// The table that opening hours are read by, held against the library that the editors of OpenStreetMap show them with.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

process.env.TZ = 'Europe/London';
const { default: OpeningHours } = await import('opening_hours');

const ENGLAND = {
  lat: 51.38,
  lon: -2.36,
  address: { country_code: 'gb', state: 'England', country: 'United Kingdom' },
};
const DAYS = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'];
const DAY = 1440;
const monday = new Date(2027, 1, 1);

function intervals(value) {
  try {
    return new OpeningHours(value, ENGLAND).getOpenIntervals(new Date(2027, 0, 25), new Date(2027, 2, 8));
  } catch {
    return [];
  }
}

// Minutes that are open, not unknown, in four weeks of a month without a change of clocks.
function open(value) {
  const minutes = new Uint8Array(28 * DAY);
  const minute = (time) => Math.min(Math.max(0, (time - monday) / 60_000), minutes.length);
  for (const [from, to, unknown] of intervals(value)) if (!unknown) minutes.fill(1, minute(from), minute(to));
  const weeks = [0, 1, 2, 3].map((n) => week(minutes.subarray(n * 7 * DAY, (n + 1) * 7 * DAY)));
  return (weeks.every((one) => one === weeks[0]) ? weeks[0] : weeks.join(' / ')) || '-';
}

function week(minutes) {
  const clock = (m) => `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`;
  const days = DAYS.map((day, d) => {
    const spans = [];
    let from = -1;
    for (let m = 0; m <= DAY; m++) {
      const on = m < DAY && minutes[d * DAY + m] === 1;
      if (on && from < 0) from = m;
      if (!on && from >= 0) {
        spans.push(`${clock(from)}-${clock(m)}`);
        from = -1;
      }
    }
    return spans.length > 0 ? `${day} ${spans.join(',')}` : '';
  });
  return days.filter(Boolean).join('; ');
}

const table = readFileSync(new URL('../../tests/formats/opening_hours.tsv', import.meta.url), 'utf8');

for (const line of table.trim().split('\n')) {
  if (line.startsWith('#')) continue;
  const [value, , there] = line.split('\t');
  test(`opening hours: ${value}`, () => assert.equal(open(value), there));
}
