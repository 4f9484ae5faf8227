import { expect, it } from 'vitest';

import { linesOf } from './lines.ts';

it('masks whatever looks like a credential, wherever it stands in a line', () => {
  const { log, lines } = linesOf();
  const token = `ghs_${'a'.repeat(36)}`;
  log.info({ url: `https://x-access-token:${token}@github.com/acme/repo` }, `called with ${token}`);
  log.error({ err: new Error(`401 for token ${token}`) }, 'failed');
  log.warn({ key: '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----' }, 'a key');
  const text = JSON.stringify(lines);
  expect(text).not.toContain(token);
  expect(text).not.toContain('MIIE');
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatchObject({ level: 'info', msg: 'called with ***' });
});
