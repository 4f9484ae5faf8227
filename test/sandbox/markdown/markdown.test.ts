import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { renderMarkdown } from '../../../sandbox/markdown/index.ts';
import { pullWorld } from '../pulls/world.ts';

const plain = (text: string) => renderMarkdown(text, undefined);

describe('GitHub-flavoured Markdown (https://github.github.com/gfm/)', () => {
  it.each([
    ['tables', '| a |\n|---|\n| 1 |', '<table>'],
    ['task lists', '- [x] done', '<input type="checkbox" checked disabled>'],
    ['struck text', '~~no~~', '<del>no</del>'],
    ['addresses', 'https://example.com', '<a href="https://example.com">https://example.com</a>'],
    ['images', '![alt](https://example.com/a.png)', '<img src="https://example.com/a.png" alt="alt">'],
    ['details', '<details><summary>More</summary>\n\n**x**\n</details>', '<summary>More</summary>'],
    ['code', '```js\nlet a;\n```', '<pre><code class="language-js">let a;'],
    ['footnotes', 'a[^1]\n\n[^1]: b', 'data-footnotes'],
  ])('renders %s', (_, text, html) => {
    expect(plain(text)).toContain(html);
  });

  it.each(['note', 'tip', 'important', 'warning', 'caution'])('makes an alert of [!%s]', (kind) => {
    const title = kind[0]!.toUpperCase() + kind.slice(1);
    expect(plain(`> [!${kind.toUpperCase()}]\n> Read **this**.`)).toBe(
      `<div class="markdown-alert markdown-alert-${kind}" dir="auto">` +
        `<p class="markdown-alert-title" dir="auto">${title}</p>` +
        '\n<p>Read <strong>this</strong>.</p>\n</div>',
    );
  });

  it('leaves other quotes alone', () => {
    expect(plain('> [!LATER]\n> x')).toContain('<blockquote>');
    expect(plain('> [!NOTE] beside')).toContain('<blockquote>');
  });

  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[x](javascript:alert(1))',
    '<a href="JaVaScRiPt:alert(1)">x</a>',
    '<svg onload=alert(1)></svg>',
    '<iframe src="https://example.com"></iframe>',
    '<style>*{display:none}</style>',
    '<form action="/x"><input name=a></form>',
    '<div style="position:fixed">x</div>',
    '<details ontoggle=alert(1) open>x</details>',
  ])('lets nothing run: %s', (text) => {
    expect(plain(text)).not.toMatch(/<(?:script|iframe|style|svg|form)|on\w+=|javascript:|style=/i);
  });

  it('renders anything without anything that runs', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '"',
      'script',
      ' on',
      'click=',
      '[',
      '](',
      'javascript:',
      ')',
      '`',
      '\n',
      '&#',
      'x',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        expect(plain(pieces.join(''))).not.toMatch(/<script|<[^>]+\son\w+=|href="javascript:/i);
      }),
    );
  });
});

describe('references in a repository (docs: autolinked references)', () => {
  it('links people, issues and commits that are there', () => {
    const w = pullWorld();
    w.call('writer', 'POST /repos/owner/repo/issues', { title: 'It "breaks"' });
    const place = {
      view: {
        core: w.core,
        tables: w.core.tables,
        urls: w.core.urls,
        viewer: { kind: 'anonymous' } as const,
      },
      repository: w.repository,
    };
    const html = (text: string) => renderMarkdown(text, place);
    expect(html('cc @reader')).toContain(
      'class="user-mention notranslate" href="http://github.localhost/reader">@reader</a>',
    );
    expect(html('see #1, owner/repo#1, GH-1')).toMatch(/(?:issues\/1".*?){3}/);
    expect(html(`at ${w.tip('main')}`)).toContain(`<tt>${w.tip('main').slice(0, 7)}</tt>`);
    expect(html('one\ntwo')).toContain('<br>');
    for (const text of ['@nobody-here', '#99', '`#1`', 'a#1', '[#1](https://example.com)', 'f'.repeat(40)])
      expect(html(text)).not.toMatch(/class="(?:user-mention|issue-link|commit-link)/);
  });

  it('tells nothing of private repositories', () => {
    const w = pullWorld({ private: true });
    w.call('writer', 'POST /repos/owner/repo/issues', { title: 'hidden' });
    const render = (as: 'writer' | 'outsider', context: string) =>
      w.call(as, 'POST /markdown', { text: 'owner/repo#1', mode: 'gfm', context }).body as string;
    expect(render('writer', 'owner/repo')).toContain('hidden');
    expect(render('outsider', 'owner/repo')).toBe('<p>owner/repo#1</p>');
  });
});

describe('the routes (docs: rest/markdown/markdown)', () => {
  it('render JSON and plain text', () => {
    const w = pullWorld();
    const json = w.call('reader', 'POST /markdown', { text: '# Hi\n@reader' });
    expect(json.headers['content-type']).toBe('text/html;charset=utf-8');
    expect(json.body).toBe('<h1>Hi</h1>\n<p>@reader</p>');
    const raw = w.sandbox.handle({
      method: 'POST',
      url: 'http://api.github.localhost/markdown/raw',
      headers: { 'user-agent': 'test', 'content-type': 'text/plain' },
      body: '*x*',
    });
    expect(raw.body).toBe('<p><em>x</em></p>');
  });
});
