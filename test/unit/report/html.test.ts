import { parse, type DefaultTreeAdapterMap } from 'parse5';
import { describe, expect, it } from 'vitest';

import {
  badge,
  code,
  details,
  heading,
  link,
  list,
  paragraph,
  strong,
  table,
  toHtml,
  type Block,
  type Document,
} from '../../../src/report/index.ts';
import { NASTY_STRINGS } from './nasty-strings.ts';

type Node = DefaultTreeAdapterMap['node'];
type Element = DefaultTreeAdapterMap['element'];

function elements(node: Node): Element[] {
  const own = 'tagName' in node ? [node] : [];
  return [...own, ...('childNodes' in node ? node.childNodes.flatMap(elements) : [])];
}

/** Parse errors of a page; none is expected. */
function errorsOf(html: string): string[] {
  const errors: string[] = [];
  parse(html, { onParseError: (error) => errors.push(error.code) });
  return errors;
}

function everywhere(text: string): Document {
  const blocks: Block[] = [
    { kind: 'verdict', tone: 'bad', word: text, headline: text, spans: [text] },
    heading(text),
    paragraph(
      text,
      strong(text),
      code(text),
      badge(text, 'good'),
      link(text, 'https://example.org/x?a=1&b=2'),
      link(text, `javascript:${text}`),
    ),
    list([[text]]),
    table([text], 'l', [[text]], text),
    { kind: 'facts', items: [{ term: text, value: [text] }] },
    { kind: 'callout', tone: 'caution', title: text, blocks: [paragraph(text)] },
    { kind: 'code', language: 'text', text },
    details(text, [paragraph(text)]),
    {
      kind: 'chart',
      chart: {
        kind: 'forest',
        title: text,
        description: text,
        panels: [
          {
            unit: text,
            direction: 'higher',
            rows: [
              {
                label: text,
                note: text,
                value: 0.1,
                low: 0,
                high: 0.2,
                margin: 0.05,
                tone: 'good',
                text,
                verdict: text,
              },
            ],
          },
        ],
      },
    },
  ];
  return { title: text, summary: text, blocks };
}

const ALLOWED = new Set(
  'html head meta title style body main h1 h2 section p strong code span a ul li div table caption thead tbody tr th td dl dt dd pre details summary figure figcaption b svg desc text line path rect circle br'.split(
    ' ',
  ),
);

describe('toHtml', () => {
  it.each(NASTY_STRINGS.map((text) => [JSON.stringify(text).slice(0, 60), text]))(
    'shows %s as text only',
    (_, text) => {
      const html = toHtml(everywhere(text));
      const tags = elements(parse(html));

      expect(errorsOf(html)).toEqual([]);
      for (const tag of tags) {
        expect(ALLOWED).toContain(tag.tagName);
        for (const { name, value } of tag.attrs) {
          expect(name).not.toMatch(/^on|^srcdoc$|^src$/u);
          if (name === 'href') expect(value).toBe('https://example.org/x?a=1&b=2');
        }
      }
      expect(tags.filter((tag) => tag.tagName === 'a')).toHaveLength(1);
    },
  );

  it('loads nothing and runs nothing', () => {
    const html = toHtml(everywhere('x'));

    expect(html).toContain(
      `content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"`,
    );
    expect(html).not.toMatch(/<script|@import|url\(|<link|<iframe/iu);
    expect(elements(parse(html)).some((tag) => tag.tagName === 'script')).toBe(false);
  });

  it('has a title, a language, one main heading, labelled tables and figures, unique ids', () => {
    const chart = everywhere('x').blocks.at(-1)!;
    const html = toHtml({ ...everywhere('x'), blocks: [...everywhere('x').blocks, chart, chart] });
    const tags = elements(parse(html));
    const ids = tags.flatMap((tag) =>
      tag.attrs.filter(({ name }) => name === 'id').map(({ value }) => value),
    );

    expect(tags.find((tag) => tag.tagName === 'html')?.attrs).toContainEqual({ name: 'lang', value: 'en' });
    expect(tags.filter((tag) => tag.tagName === 'h1')).toHaveLength(1);
    expect(new Set(ids).size).toBe(ids.length);
    for (const svg of tags.filter((tag) => tag.tagName === 'svg')) {
      const labelled = svg.attrs.find(({ name }) => name === 'aria-labelledby')?.value.split(' ') ?? [];
      expect(labelled).toHaveLength(2);
      for (const id of labelled) expect(ids).toContain(id);
    }
    for (const th of tags.filter((tag) => tag.tagName === 'th'))
      expect(th.attrs.map(({ name }) => name)).toContain('scope');
  });

  it('stays under a megabyte and says what is left out', () => {
    const rows = Array.from({ length: 50_000 }, (_, i) => [`row ${i}`, 'x'.repeat(100)]);
    const html = toHtml({
      title: 't',
      summary: 's',
      blocks: [paragraph('first'), table(['a', 'b'], 'll', rows), paragraph('last')],
    });

    expect(Buffer.byteLength(html)).toBeLessThan(1_000_000);
    expect(html).toMatch(/… and [\d]+ more rows, left out to keep this file small/u);
    expect(html).toContain('last');
    expect(errorsOf(html)).toEqual([]);
  });

  it('stays under a megabyte with thousands of blocks and endless texts', () => {
    const blocks = Array.from({ length: 20_000 }, () => paragraph('y'.repeat(5000)));
    const html = toHtml({ title: 'z'.repeat(1e6), summary: 'z'.repeat(1e6), blocks });

    expect(Buffer.byteLength(html)).toBeLessThan(1_000_000);
    expect(html).toContain('parts are left out');
  });
});
