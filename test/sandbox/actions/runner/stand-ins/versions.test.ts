import { describe, expect, it } from 'vitest';

import { isNewer, satisfies } from '../../../../../sandbox/actions/runner/stand-ins/versions.ts';

describe('versions', () => {
  it.each([
    [
      '24.3.1',
      ['', '24', '24.x', 'v24', '24.3', '24.3.1', '>=18', '>=18 <25', '^24.1', '^24', '~24.3', '18 || 24'],
    ],
    ['24.3.1', ['lts/*', 'lts/krypton', 'latest', 'current', 'node', '22 - 24', '>24.3.0', '<=24', '24.x.x']],
    ['3.11.9', ['3.x', '3.11', '>=3.8', '~=3.11.2', '>=3.9 <4', '3.10 - 3.12']],
    ['0.2.3', ['^0.2', '^0.2.1', '~0.2', '0']],
  ])('%s meets', (version, specifications) => {
    expect(specifications.filter((one) => !satisfies(version, one))).toEqual([]);
  });

  it.each([
    [
      '24.3.1',
      ['2', '23', '24.30', '24.3.2', '>24', '<24', '^23', '~24.2', 'lts/jod', '18 || 20', '25 - 26'],
    ],
    ['23.1.0', ['lts/*']],
    ['3.11.9', ['3.1', '2.x', '>=3.12', '~=3.12', '>3.11']],
    ['0.3.0', ['^0.2', '^0.2.1']],
    ['no version', ['', '1']],
  ])('%s does not meet', (version, specifications) => {
    expect(specifications.filter((one) => satisfies(version, one))).toEqual([]);
  });

  it('the newer one', () => {
    expect(isNewer('3.10.0', '3.9.9')).toBe(true);
    expect(isNewer('3.9.9', '3.10.0')).toBe(false);
    expect(isNewer('1.2.3', '1.2.3')).toBe(false);
  });
});
