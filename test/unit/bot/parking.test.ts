import { describe, expect, it } from 'vitest';

import { Parking } from '../../../bot/parking.ts';

describe('parking', () => {
  it('waits for the longest of those concerned, never shortens a wait, and forgets it when it ends', () => {
    let now = 0;
    const parking = new Parking(() => now);
    parking.park('installation 1', 100);
    parking.park('repository 5', 300);
    parking.park('repository 5', 200);
    expect(parking.waitMs('installation 1', 'repository 5')).toBe(300);
    expect(parking.waitMs('installation 1', 'repository 6')).toBe(100);
    expect(parking.waitMs('installation 2')).toBe(0);
    now = 100;
    expect(parking.waitMs('installation 1')).toBe(0);
    parking.park('installation 1', 150);
    expect(parking.waitMs('installation 1')).toBe(50);
  });
});
