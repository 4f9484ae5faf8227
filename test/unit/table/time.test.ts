import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { formatTime, parseTime } from '../../../src/table/index.ts';

describe('parseTime', () => {
  it('reads back what formatTime writes', () => {
    const moment = fc.date({
      min: new Date('0001-01-01'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });

    fc.assert(
      fc.property(moment, (date) => {
        expect(parseTime(formatTime(date.getTime()))).toBe(date.getTime());
      }),
    );
  });

  it.each([
    ['2013-04-01', Date.UTC(2013, 3, 1)],
    ['2013-04-01 12:30', Date.UTC(2013, 3, 1, 12, 30)],
    ['2013-04-01T12:30:05.25Z', Date.UTC(2013, 3, 1, 12, 30, 5, 250)],
    ['2013-04-01T12:30:05.123456789', Date.UTC(2013, 3, 1, 12, 30, 5, 123)],
    ['2013-04-01T12:30:00+02:00', Date.UTC(2013, 3, 1, 10, 30)],
    ['2013-04-01 12:30:00-0530', Date.UTC(2013, 3, 1, 18, 0)],
    ['2013-04-01 12:30:00 UTC', Date.UTC(2013, 3, 1, 12, 30)],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
  ])('reads %s', (text, value) => {
    expect(parseTime(text)).toBe(value);
  });

  it.each([
    '2013-02-29',
    '2013-13-01',
    '2013-04-01T25:00',
    '2013-4-1',
    '01/04/2013',
    '2013',
    '2013-04-01x',
    '2013-04-01T12:30:00+25:00',
    '',
  ])('refuses %j', (text) => {
    expect(parseTime(text)).toBeNaN();
  });
});
