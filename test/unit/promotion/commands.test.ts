import { describe, expect, test } from 'vitest';

import { COMMANDS, commandsTable, requestsFrom, usage } from '../../../src/promotion/index.ts';
import type { CommentEvent, Heard } from '../../../src/promotion/index.ts';
import { person, stage } from './story.ts';

const config = {
  churn: { staging: stage(), production: stage({ after: 'staging' }) },
  'nlp/topic': { canary: stage() },
};
const AT = '2026-03-01T12:00:00Z';

function comment(body: string, more: Partial<CommentEvent> = {}): CommentEvent {
  return { id: 1, author: person('writer'), bot: false, body, created: AT, updated: AT, url: '', ...more };
}

function hear(body: string, more: Partial<CommentEvent> = {}, withConfig = true): Heard {
  return requestsFrom({
    repository: 1,
    issue: { number: 5, isPull: true },
    labelEvents: [],
    comments: [comment(body, more)],
    ...(withConfig ? { config } : {}),
  });
}

/** `promote churn v1.0.0 staging "reason"` of every request. */
function said(heard: Heard): string[] {
  return heard.requests.map(({ kind, model, version, stage: where, reason }) =>
    [kind, model, version, where, reason === null ? null : `"${reason}"`]
      .filter((part) => part !== null)
      .join(' '),
  );
}

describe('commands', () => {
  test.each([
    ['/promote churn staging', 'promote churn staging'],
    ['/promote churn@v1.2.3 staging', 'promote churn v1.2.3 staging'],
    ['/promote churn@1.2.3-rc.1 staging', 'promote churn v1.2.3-rc.1 staging'],
    ['/promote nlp/topic@v1.0.0 canary', 'promote nlp/topic v1.0.0 canary'],
    ['/PROMOTE churn staging', 'promote churn staging'],
    ['   /promote   churn\tstaging  ', 'promote churn staging'],
    ['\n\n/promote churn staging\r\n', 'promote churn staging'],
    ['/approve churn@v1.2.3 production', 'approve churn v1.2.3 production'],
    ['/rollback churn production', 'rollback churn production'],
    ['/rollback churn production 1.0.0', 'rollback churn v1.0.0 production'],
    ['/accept churn "few rows,  known"', 'accept churn "few rows,  known"'],
    ['/accept churn few rows', 'accept churn "few rows"'],
    ['/accept churn “few rows”', 'accept churn "few rows"'],
    ['/accept-test churn', 'accept-test churn'],
    ['/freeze churn production "it\'s bad"', 'freeze churn production "it\'s bad"'],
    ['/unfreeze churn production', 'unfreeze churn production'],
    ['/promote undeclared nowhere', 'promote undeclared nowhere'],
  ])('%j', (body, expected) => {
    const heard = hear(body);
    expect(said(heard)).toEqual([expected]);
    expect(heard.refused).toEqual([]);
    expect(heard.requests[0]).toMatchObject({
      actor: person('writer'),
      at: AT,
      source: { via: 'comment', event: 1, issue: 5, pull: true },
    });
  });

  test('that ask for no entry', () => {
    const heard = hear('/status\n/retrain churn\n/monitor\n/help\n/status');
    expect(heard.requests).toEqual([]);
    expect(heard.asked.map(({ command, model, source }) => [command, model, source.line])).toEqual([
      ['status', null, 1],
      ['retrain', 'churn', 2],
      ['monitor', null, 3],
    ]);
    expect(heard.help).toMatchObject([
      { command: 'help', actor: person('writer'), at: AT, source: { line: 4 } },
    ]);
    expect(new Set([...heard.asked, ...heard.help].map(({ key }) => key)).size).toBe(4);
    expect(hear('/status').asked[0]?.key).toBe(heard.asked[0]?.key);
    expect(hear('/status', { id: 2 }).asked[0]?.key).not.toBe(heard.asked[0]?.key);
  });

  test('several in one comment, until prose begins; the same twice is one', () => {
    const body =
      '/promote churn staging\n\n/approve churn@v1.0.0 production\n/promote churn staging\nthanks\n/rollback churn staging';
    const heard = hear(body);
    expect(said(heard)).toEqual(['promote churn staging', 'approve churn v1.0.0 production']);
    expect(heard.requests.map(({ source }) => source.line)).toEqual([1, 3]);
    expect(heard.refused).toMatchObject([
      {
        source: { line: 6 },
        unmet: {
          rule: 'syntax',
          message: '`/rollback` stands below other text, where commands are not read.',
          satisfy: 'Write `/rollback MODEL STAGE [VERSION]` at the top of a new comment.',
        },
      },
    ]);
  });

  test.each([
    ['prose', 'Looks good, /approve churn@v1.0.0 production'],
    ['a quote', '> /promote churn staging'],
    ['a fenced block', '```\n/promote churn staging\n```'],
    ['a block with tildes', '~~~ sh\n/promote churn staging\n~~~'],
    ['a fence inside of another', '````\n~~~\n/promote churn staging\n~~~\n````'],
    ['an open fence', '```\n/promote churn staging'],
    ['code by four spaces', '    /promote churn staging'],
    ['code by a tab', '\t/promote churn staging'],
    ['inline code', '`/promote churn staging`'],
    ['HTML', '<b>/promote churn staging</b>'],
    ['a path', '/usr/bin/env python\n/etc'],
    ['another bot’s command', '/assign @somebody'],
    ['nothing', ''],
    ['a slash', '/\n/ promote churn staging\n//promote churn staging'],
  ])('in %s nothing counts', (_, body) => {
    expect(hear(body)).toEqual({ requests: [], refused: [], asked: [], help: [] });
  });

  test('below prose, after a block of code or in a comment of HTML nothing is done, and it is said', () => {
    for (const body of [
      'I think\n/promote churn staging',
      '```\n/rollback churn staging\n```\n/promote churn staging',
      '<!--\n/promote churn staging\n-->',
    ]) {
      const heard = hear(body);
      expect(heard.requests).toEqual([]);
      expect(heard.refused.map(({ unmet }) => unmet.rule)).toEqual(['syntax']);
      expect(heard.refused[0]?.unmet.message).toMatch('`/promote` stands below');
    }
    expect(hear('I think\n/assign me').refused).toEqual([]);
  });

  test.each([
    [
      '/promote',
      'The model is missing.',
      'Type `/promote MODEL[@VERSION] STAGE`, for example `/promote churn staging`.',
    ],
    ['/promote churn', 'The stage is missing.', 'for example `/promote churn staging`'],
    ['/promote churn@v1 staging', '`v1` is no version: it looks like v1.2.3.', '/promote churn staging'],
    ['/promote churn@latest production', '`latest` is no version', '/promote churn production'],
    ['/promote churn staging now', '`now` is one word too many.', '/promote churn staging'],
    ['/promote -x staging', '`-x` is no name of a model.', '/promote churn staging'],
    ['/promote churn sta!ging', '`sta!ging` is no name of a stage.', '/promote churn staging'],
    [
      '/approve churn production',
      'An approval names the version that it approves.',
      '`/approve churn@v1.2.3 production`',
    ],
    ['/approve chrun production', 'An approval names the version', '`/approve churn@v1.2.3 production`'],
    ['/rollback churn production yesterday', '`yesterday` is no version', '`/rollback churn production`'],
    ['/accept churn', 'The reason is missing.', '`/accept churn "reason"`'],
    ['/accept churn " "', 'The reason is missing.', '`/accept churn "reason"`'],
    ['/freeze churn production', 'The reason is missing.', '`/freeze churn production "reason"`'],
    ['/accept churn "open', 'A quote is opened and never closed.', '`/accept churn "reason"`'],
    ['/help me', '`me` is one word too many.', 'Type `/help`.'],
    ['/status churn staging', '`staging` is one word too many.', '`/status churn`'],
    [
      '/promote churn\u202e staging',
      'The line holds characters that cannot be seen.',
      '/promote churn staging',
    ],
    [
      '/promote churn\u0000 staging',
      'The line holds characters that cannot be seen.',
      '/promote churn staging',
    ],
    [
      `/accept churn "${'x'.repeat(1001)}"`,
      'The reason is longer than 1000 characters.',
      '/accept churn "reason"',
    ],
  ])('%j says what to type', (body, message, satisfy) => {
    const heard = hear(body);
    expect(heard.requests).toEqual([]);
    expect(heard.refused).toHaveLength(1);
    expect(heard.refused[0]?.unmet.rule).toBe('syntax');
    expect(heard.refused[0]?.unmet.message).toContain(message);
    expect(heard.refused[0]?.unmet.satisfy).toContain(satisfy);
    expect(heard.refused[0]).toMatchObject({ keys: [], actor: person('writer'), at: AT });
  });

  test('examples come from the config, and there are none without it', () => {
    expect(hear('/promote nlp/topik', {}).refused[0]?.unmet.satisfy).toContain('`/promote nlp/topic canary`');
    expect(hear('/promote churn', {}, false).refused[0]?.unmet.satisfy).toBe(
      'Type `/promote MODEL[@VERSION] STAGE`.',
    );
    const bare = requestsFrom({
      repository: 1,
      issue: { number: 5, isPull: true },
      labelEvents: [],
      comments: [comment('/promote churn')],
      config: { churn: {} },
    });
    expect(bare.refused[0]?.unmet.satisfy).toBe('Type `/promote MODEL[@VERSION] STAGE`.');
  });

  test.each([
    ['/promot churn staging', '/promote MODEL[@VERSION] STAGE'],
    ['/deploy churn', '/promote MODEL[@VERSION] STAGE'],
    ['/revert', '/rollback MODEL STAGE [VERSION]'],
    ['/Rolback churn', '/rollback MODEL STAGE [VERSION]'],
    ['/thaw churn', '/unfreeze MODEL STAGE'],
    ['/statsu', '/status [MODEL]'],
  ])('%s is unknown, and something near is known', (body, meant) => {
    expect(hear(body).refused.map(({ unmet }) => unmet)).toEqual([
      {
        rule: 'unknown-command',
        message: `There is no command \`${body.split(' ')[0]!.toLowerCase()}\`.`,
        satisfy: `Did you mean \`${meant}\`? \`/help\` lists all commands.`,
      },
    ]);
  });

  test('names of the prototype are no commands', () => {
    expect(hear('/constructor x\n/toString')).toEqual({ requests: [], refused: [], asked: [], help: [] });
  });

  test('an edited comment is void, and says so with the keys it would have had', () => {
    const heard = hear('/promote churn staging\n/status', { updated: '2026-03-01T12:00:01Z' });
    const never = hear('/promote churn staging\n/status');
    expect([heard.requests, heard.asked]).toEqual([[], []]);
    expect(heard.refused).toMatchObject([
      {
        keys: [never.requests[0]!.key, never.asked[0]!.key],
        source: { line: 1 },
        unmet: {
          rule: 'edited',
          message: 'This comment was edited after it was written, so it counts for nothing.',
          satisfy: 'Write the command in a new comment.',
        },
      },
    ]);
    expect(hear('just words', { updated: '2026-03-01T12:00:01Z' }).refused).toEqual([]);
    expect(hear('/promote', { updated: '2026-03-01T12:00:01Z' }).refused).toMatchObject([
      { unmet: { rule: 'edited' } },
    ]);
  });

  test('comments are heard by rising id, lines of spaces are no prose, a reason may have 1000 characters', () => {
    const comments = [9, 3, 5].map((id) => comment('/promote churn staging', { id }));
    const heard = requestsFrom({
      repository: 1,
      issue: { number: 5, isPull: true },
      labelEvents: [],
      comments,
    });
    expect(heard.requests.map(({ source }) => source.event)).toEqual([3, 5, 9]);
    expect(said(hear('/promote churn staging\n   \n/promote churn production'))).toHaveLength(2);
    expect(hear(`/accept churn ${'x'.repeat(1000)}`).requests[0]?.reason).toHaveLength(1000);
  });

  test('bots are not heard', () => {
    expect(hear('/promote churn staging\n/help', { bot: true })).toEqual({
      requests: [],
      refused: [],
      asked: [],
      help: [],
    });
  });

  test('long comments and very many commands are void as a whole', () => {
    const lines = (count: number): string =>
      Array.from({ length: count }, (_, at) => `/promote m${at} s`).join('\n');
    expect(hear(lines(50)).requests).toHaveLength(50);
    for (const body of [lines(51), lines(3000), `/promote churn staging\n${' '.repeat(65_536)}`]) {
      const heard = hear(body);
      expect(heard.requests).toEqual([]);
      expect(heard.refused.map(({ unmet }) => unmet)).toEqual([
        {
          rule: 'syntax',
          message: 'A comment holds at most 50 commands and 65536 characters.',
          satisfy: 'Write fewer commands, or several comments.',
        },
      ]);
    }
    const brim = `/promote churn staging\n${'x'.repeat(65_536 - 23)}`;
    expect(said(hear(brim))).toEqual(['promote churn staging']);
  });
});

describe('help', () => {
  test('one table for parsing, help and docs', () => {
    for (const command of COMMANDS) {
      expect(commandsTable()).toContain(`| \`${usage(command)}\` | ${command.does} |`);
    }
    expect(COMMANDS.map(usage)).toEqual([
      '/promote MODEL[@VERSION] STAGE',
      '/approve MODEL@VERSION STAGE',
      '/rollback MODEL STAGE [VERSION]',
      '/accept MODEL "reason"',
      '/accept-test MODEL',
      '/freeze MODEL STAGE "reason"',
      '/unfreeze MODEL STAGE',
      '/status [MODEL]',
      '/retrain [MODEL]',
      '/monitor [MODEL]',
      '/help',
    ]);
    expect(commandsTable().split('\n').slice(0, 2)).toEqual(['| type | what it does |', '| --- | --- |']);
  });
});
