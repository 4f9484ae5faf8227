import { tableOf, type Table } from '../../src/table/index.ts';

export const ROWS = 3000;
const ORIGINS = ['EWR', 'JFK', 'LGA'];
const NUMBERS = [
  'weekday',
  'departure_hour',
  'distance',
  'temp',
  'humid',
  'wind_speed',
  'precip',
  'visib',
  'pressure',
];

/** Evenly over the first half of 2013, some on every day. */
function timeOf(i: number): string {
  const day = new Date(Date.UTC(2013, 0, 1 + Math.floor((i * 181) / ROWS)));
  return day.toISOString().slice(0, 19);
}

/** Flights as the starter's columns have them: late in the evening and in the rain, some readings missing. */
export function flights(): { csv: string; features: Table } {
  const rows = Array.from({ length: ROWS }, (_, i) => {
    const hour = 5 + (i % 18);
    const rain = i % 7 === 0 ? 0.1 : 0;
    const late = (i * 7919) % 100 < 2 * hour + (rain > 0 ? 25 : 0) - 10 ? 1 : 0;
    return { i, hour, rain, late, temp: i % 50 === 0 ? null : 30 + (i % 40) };
  });
  const line = (row: (typeof rows)[number]): string =>
    [
      `f${row.i}`,
      timeOf(row.i),
      ORIGINS[row.i % 3],
      'ATL',
      row.i % 2 === 0 ? 'UA' : 'B6',
      row.i % 7,
      ...[row.hour, 700 + (row.i % 5), row.temp ?? '', 60, 8, row.rain, 10, 1015, row.late],
    ].join(',');
  const csv = `id,ts,origin,dest,carrier,${NUMBERS.join(',')},late\n${rows.map(line).join('\n')}\n`;
  const features = tableOf({
    origin: rows.map((row) => ORIGINS[row.i % 3] ?? ''),
    dest: rows.map(() => 'ATL'),
    carrier: rows.map((row) => (row.i % 2 === 0 ? 'UA' : 'B6')),
    weekday: rows.map((row) => row.i % 7),
    departure_hour: rows.map((row) => row.hour),
    distance: rows.map((row) => 700 + (row.i % 5)),
    temp: rows.map((row) => row.temp),
    humid: rows.map(() => 60),
    wind_speed: rows.map(() => 8),
    precip: rows.map((row) => row.rain),
    visib: rows.map(() => 10),
    pressure: rows.map(() => 1015),
  });
  return { csv, features };
}
