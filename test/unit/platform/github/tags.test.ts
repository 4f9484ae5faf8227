import { expect, it } from 'vitest';

import type { Api } from '../../../../src/platform/github/api.ts';
import { githubTags } from '../../../../src/platform/github/tags.ts';

it('sends nothing of the place but owner and name, whatever else its caller knows', async () => {
  const sent: unknown[] = [];
  const api: Api = (route, parameters) => {
    sent.push(parameters);
    return Promise.resolve({ status: 200, headers: {}, data: route.includes('matching-refs') ? [] : null });
  };
  const place = { owner: 'owner', repo: 'repo', token: 'a secret', baseUrl: 'https://api.github.com' };
  await githubTags(api, place).list('churn@');
  expect(sent).not.toEqual([]);
  expect(JSON.stringify(sent)).not.toMatch(/secret|baseUrl/);
});
