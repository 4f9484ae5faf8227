import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { readBotConfig } from '../../../bot/config.ts';
import { permissionProblems, PERMISSIONS } from '../../../bot/permissions.ts';
import type { InputError } from '../../../src/contracts/errors.ts';

const page = readFileSync(new URL('../../../docs/bot.md', import.meta.url), 'utf8');

/** First cells of the rows of a section's tables, in their order. */
function rowsOf(section: string): string[][] {
  const [, text = ''] = page.split(`## ${section}\n`);
  return (text.split('\n## ', 1)[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
}

describe('docs/bot.md', () => {
  it('shows exactly the permissions that the bot asks for', () => {
    expect(rowsOf('Permissions')).toEqual(
      Object.entries(PERMISSIONS).map(([name, { level, why }]) => [name, level, why]),
    );
  });

  it('names every variable that the bot can complain about', () => {
    const shown = new Set(rowsOf('Environment').map(([name]) => name));
    const wrong = { PORT: 'x', GITHUB_API_URL: 'x', LOG_LEVEL: 'x', CONCURRENCY: 'x' };
    let named: string[] = [];
    try {
      readBotConfig(wrong);
    } catch (error) {
      named = (error as InputError).problems.map(({ message }) => message.split(':', 1)[0] ?? '');
    }
    expect(named).toHaveLength(7);
    for (const name of named) expect(shown).toContain(name);
  });

  it('says what is forbidden as the bot does', () => {
    for (const name of ['workflows', 'administration', 'secrets', 'environments', 'packages']) {
      expect(permissionProblems({ [name]: 'write' })[0]?.message).toContain('must not have');
      expect(page).toContain(name);
    }
  });
});
