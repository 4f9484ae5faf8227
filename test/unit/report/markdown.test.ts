import fc from 'fast-check';
import { parseFragment, type DefaultTreeAdapterMap } from 'parse5';
import { describe, expect, it } from 'vitest';

import {
  badge,
  code,
  details,
  heading,
  lineBreak,
  link,
  list,
  muted,
  oneLine,
  paragraph,
  strong,
  table,
  toMarkdown,
  visible,
  type Block,
  type Document,
} from '../../../src/report/index.ts';
import { ACTIVE, nodes, parse, skeleton, textOf } from './github-markdown.ts';
import { NASTY_STRINGS } from './nasty-strings.ts';

const OUR_LINK = 'https://example.org/report.html';

/** A document that shows one text in every place a text can have. */
function everywhere(text: string): Document {
  const blocks: Block[] = [
    heading(text),
    paragraph('before ', text, ' after'),
    paragraph(text),
    paragraph(
      strong(text),
      ', ',
      code(text),
      ' ',
      muted(text),
      lineBreak,
      text,
      lineBreak,
      badge(text, 'bad'),
    ),
    paragraph(link(text, OUR_LINK), text),
    paragraph('[1, 2]', text),
    list([[text], [code(text), ' ', text]]),
    { kind: 'list', ordered: true, items: [[text]] },
    table(
      ['a', text],
      'lr',
      [
        [text, code(text)],
        [[strong(text), lineBreak, text], ''],
      ],
      text,
    ),
    { kind: 'facts', items: [{ term: text, value: [text] }] },
    { kind: 'callout', tone: 'caution', title: text, blocks: [paragraph(text)] },
    { kind: 'verdict', tone: 'good', word: text, headline: text, spans: [text] },
    { kind: 'code', language: 'text', text },
    details(text, [paragraph(text), table([text], 'l', [[text]])]),
  ];
  return { title: text, summary: text, blocks };
}

const BENIGN = 'benign';
const benign = skeleton(parse(toMarkdown(everywhere(BENIGN))));

function assertInert(text: string): void {
  const tree = parse(toMarkdown(everywhere(text)));

  expect(skeleton(tree)).toBe(benign);
  for (const node of nodes(tree)) {
    expect([
      'image',
      'imageReference',
      'linkReference',
      'definition',
      'footnoteReference',
      'footnoteDefinition',
    ]).not.toContain(node.type);
    if (node.type === 'link') expect(node.url).toBe(OUR_LINK);
    if (node.type === 'text') for (const pattern of ACTIVE) expect(node.value).not.toMatch(pattern);
    if (node.type === 'html') assertOurHtml(node.value);
  }
}

/** `<details>`, `<summary>` with text only, `<br>`. */
function assertOurHtml(html: string): void {
  const allowed = new Set(['details', 'summary', 'br', '#text']);
  const walk = (node: DefaultTreeAdapterMap['node']): void => {
    if (node.nodeName !== '#document-fragment') expect(allowed).toContain(node.nodeName);
    if ('attrs' in node) expect(node.attrs).toEqual([]);
    if ('value' in node) for (const pattern of ACTIVE) expect(node.value).not.toMatch(pattern);
    if ('childNodes' in node) node.childNodes.forEach(walk);
  };
  walk(parseFragment(html));
}

describe('toMarkdown', () => {
  it.each(
    NASTY_STRINGS.filter((text) => oneLine(text) !== '').map((text) => [
      JSON.stringify(text).slice(0, 60),
      text,
    ]),
  )('shows %s in every place and lets it do nothing', (_, text) => {
    assertInert(text);
  });

  it('lets no combination of markup do anything', () => {
    const pieces = fc.constantFrom(
      ...[
        '@a',
        '#1',
        '[',
        ']',
        '(',
        ')',
        '!',
        '<',
        '>',
        '&',
        ';',
        '`',
        '``',
        '*',
        '_',
        '~',
        '|',
        '\\',
        '\n',
        ' ',
        '-',
        '+',
        '=',
        ':',
        '.',
        '$',
        '^',
        '1',
        'a',
        'http://a.b',
        'www.a.b',
        'a@b.co',
        'x',
        '"',
        "'",
        '/',
        '{',
        '}',
        '\t',
        '\u202e',
        'é',
      ],
    );
    const texts = fc.array(pieces, { minLength: 1, maxLength: 14 }).map((parts) => parts.join(''));

    fc.assert(
      fc.property(
        texts.filter((text) => oneLine(text) !== ''),
        (text) => {
          assertInert(text);
        },
      ),
      { numRuns: 150, seed: 7 },
    );
  });

  it('shows text as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), (text) => {
        fc.pre(oneLine(text) !== '');
        const tree = parse(toMarkdown({ title: '', summary: '', blocks: [paragraph('>', text, '<')] }));
        expect(textOf(tree)).toBe(`>${oneLine(`a${text}b`).slice(1, -1)}<`);
      }),
      { numRuns: 500, seed: 11 },
    );
  });

  it('shows code as it is, in paragraphs and tables', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('`', '|', '\\', 'a', ' ', '<', '*', '@', '\n'),
          minLength: 1,
          maxLength: 12,
        }),
        (text) => {
          fc.pre(text.trim() !== '');
          const inText = nodes(
            parse(toMarkdown({ title: '', summary: '', blocks: [paragraph('x ', code(text))] })),
          );
          const inTable = nodes(
            parse(
              toMarkdown({
                title: '',
                summary: '',
                blocks: [table(['t', 'u'], 'll', [[code(text), 'end']])],
              }),
            ),
          );
          expect(inText.find((node) => node.type === 'inlineCode')).toMatchObject({ value: visible(text) });
          expect(inTable.filter((node) => node.type === 'tableCell')).toHaveLength(4);
          // One backslash more where an odd run of them stands before a pipe: markdown has no other way to write it.
          const expected = visible(text).replace(/(\\+)\|/gu, (run: string, slashes: string) =>
            slashes.length % 2 === 1 ? `\\${run}` : run,
          );
          expect(inTable.find((node) => node.type === 'inlineCode')).toMatchObject({ value: expected });
        },
      ),
      { numRuns: 300, seed: 13 },
    );
  });

  it('keeps the brackets of an interval readable in the source', () => {
    const text = toMarkdown({
      title: '',
      summary: '',
      blocks: [paragraph('AUC +.003 [−.001, +.007], fine')],
    });

    expect(text).toBe('AUC +.003 [−.001, +.007], fine\n');
  });

  it('shows a link as text where its address is not http or relative', () => {
    const hrefs = [
      'javascript:alert(1)',
      'data:text/html,x',
      'vbscript:x',
      '//evil.example',
      ' ',
      'java\nscript:x',
      'https://a b',
      'x:y',
      '\\\\host\\share',
      'https://',
    ];
    for (const href of hrefs) {
      const tree = parse(toMarkdown({ title: '', summary: '', blocks: [paragraph(link('text', href))] }));
      expect(nodes(tree).filter((node) => node.type === 'link')).toEqual([]);
    }
    for (const href of ['https://a.b/c?d=(e)', 'report.html', '../x/y.html#z', '#part']) {
      const tree = parse(toMarkdown({ title: '', summary: '', blocks: [paragraph(link('text', href))] }));
      expect(nodes(tree).filter((node) => node.type === 'link')).toHaveLength(1);
    }
  });
});

describe('toMarkdown at the limit', () => {
  const rows = Array.from({ length: 5000 }, (_, i) => [`row ${i} ${'x'.repeat(60)}`, String(i)]);

  it('cuts a long table and says how many rows are missing', () => {
    const text = toMarkdown({
      title: '',
      summary: '',
      blocks: [paragraph('head'), details('rows', [table(['a', 'b'], 'lr', rows)]), paragraph('tail')],
    });

    expect(text.length).toBeLessThanOrEqual(60_000);
    expect(text).toContain('head');
    expect(text).toContain('tail');
    const shown = text.match(/^\| row /gmu)?.length ?? 0;
    expect(shown).toBeGreaterThan(100);
    expect(text).toContain(`… and ${5000 - shown} more rows, left out to fit`);
  });

  it('leaves out whole parts from the end where cutting is not enough, folded ones first', () => {
    const many = Array.from({ length: 400 }, (_, i) =>
      details(`part ${i}`, [table(['a', 'b'], 'lr', rows.slice(0, 9))]),
    );
    const text = toMarkdown({
      title: '',
      summary: '',
      blocks: [paragraph('verdict'), ...many, paragraph('footer')],
    });

    expect(text.length).toBeLessThanOrEqual(60_000);
    expect(text.startsWith('verdict')).toBe(true);
    expect(text).toContain('footer');
    expect(text).toContain('part 0');
    expect(text).not.toContain('part 399');
    expect(text).toMatch(/… \d+ of 402 parts are left out/u);
    expect(text.match(/<details>/gu)?.length).toBe(text.match(/<\/details>/gu)?.length);
  });

  it('fits whatever it is given', () => {
    for (const limit of [500, 1000, 5000, 60_000]) {
      const text = toMarkdown(
        { title: '', summary: '', blocks: NASTY_STRINGS.flatMap((one) => everywhere(one).blocks) },
        { limit },
      );
      expect(text.length).toBeLessThanOrEqual(limit);
      for (const node of nodes(parse(text)))
        if (node.type === 'html')
          expect(node.value).toMatch(/^<(?:\/?details|summary>.*<\/summary|br)>|^<details>\n<summary>/u);
    }
  });
});
