import { describe, expect, test } from 'vitest';

import { readHost } from '../../../../src/platform/compute/host.ts';

describe('the host’s environment', () => {
  test('secrets and what is unknown stay outside', () => {
    const { environment } = readHost({
      PATH: '/bin',
      HOME: '/home/a',
      LC_ALL: 'C',
      CUDA_VISIBLE_DEVICES: '0',
      GITHUB_TOKEN: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      NODE_OPTIONS: 'x',
      PYTHONPATH: 'x',
    });

    expect(environment).toEqual({
      PATH: '/bin',
      LANG: 'C.UTF-8',
      HOME: '/home/a',
      LC_ALL: 'C',
      CUDA_VISIBLE_DEVICES: '0',
    });
  });

  test('package registries are for the install only', () => {
    const { environment, registries } = readHost({
      PIP_INDEX_URL: 'https://token@host',
      npm_config_registry: 'r',
      HTTPS_PROXY: 'p',
      no_proxy: 'n',
      UV_CACHE_DIR: 'u',
    });

    expect(Object.keys(registries).toSorted()).toEqual([
      'HTTPS_PROXY',
      'PIP_INDEX_URL',
      'UV_CACHE_DIR',
      'no_proxy',
      'npm_config_registry',
    ]);
    expect(Object.keys(environment)).toEqual(['PATH', 'LANG']);
  });
});
