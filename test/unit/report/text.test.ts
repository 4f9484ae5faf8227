import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';

import {
  badge,
  code,
  details,
  heading,
  lineBreak,
  list,
  paragraph,
  strong,
  table,
  toText,
  type Block,
  type Document,
} from '../../../src/report/index.ts';
import { NASTY_STRINGS } from './nasty-strings.ts';

function documentOf(...blocks: readonly Block[]): Document {
  return { title: 't', summary: 's', blocks };
}

const FOREST: Block = {
  kind: 'chart',
  chart: {
    kind: 'forest',
    title: 'Candidate minus v13',
    description: 'd',
    panels: [
      {
        unit: '',
        direction: 'higher',
        rows: [
          {
            label: 'AUC',
            value: 0.003,
            low: -0.001,
            high: 0.007,
            margin: 0.005,
            tone: 'neutral',
            text: '+.003 [−.001, +.007]',
            verdict: 'not worse',
          },
          {
            label: '東京都',
            value: -0.01,
            low: -0.02,
            high: -0.001,
            margin: null,
            tone: 'bad',
            text: '−.010 [−.020, −.001]',
            verdict: 'worse',
          },
        ],
      },
    ],
  },
};

describe('toText', () => {
  it('sends no escape sequence without colour, whatever the text holds', () => {
    for (const text of NASTY_STRINGS) {
      const shown = toText(
        documentOf(
          heading(text),
          paragraph(text, strong(text), code(text), badge(text, 'bad')),
          list([[text]]),
          table([text], 'l', [[text]]),
          { kind: 'code', language: '', text },
          details(text, []),
        ),
      );
      // eslint-disable-next-line no-control-regex -- looked for
      expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u);
    }
  });

  it('colours words and not the text around them when asked', () => {
    const shown = toText(documentOf(paragraph('it is ', badge('worse', 'bad'))), { color: true });

    expect(shown).toContain('\u001b[31m');
    expect(shown).toContain('it is ');
  });

  it('wraps to the width, wide characters counted as two columns', () => {
    const shown = toText(documentOf(paragraph('東京 '.repeat(60)), list([['word '.repeat(60)]])), {
      width: 60,
    });

    for (const line of shown.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(60);
  });

  it('aligns numbers right in tables without borders', () => {
    const shown = toText(
      documentOf(
        table(['Metric', 'Value'], 'lr', [
          ['AUC', '.871'],
          ['log loss', '12.40'],
        ]),
      ),
    );

    expect(shown).toBe('Metric    Value\nAUC        .871\nlog loss  12.40\n');
  });

  it('narrows text before numbers where a table is too wide', () => {
    const shown = toText(
      documentOf(
        table(['Why', 'Value'], 'lr', [
          ['a long sentence that has to be wrapped somewhere', '−.002 [−.014, +.010]'],
        ]),
      ),
      { width: 50 },
    );

    expect(shown).toContain('−.002 [−.014, +.010]');
    for (const line of shown.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(50);
  });

  it('narrows what can be wrapped before ids, which are of no use when they are cut', () => {
    const shown = toText(
      documentOf(
        table(['Run', 'When'], 'll', [[code('20261123-200201-1deb'), 'the day before yesterday at noon']]),
      ),
      { width: 40 },
    );

    expect(shown).toContain('20261123-200201-1deb');
    for (const line of shown.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(40);
  });

  it('draws a forest plot in characters, aligned', () => {
    const lines = toText(documentOf(FOREST), { width: 110 }).trimEnd().split('\n');
    const [auc = '', tokyo = ''] = lines.slice(2);
    const column = (line: string, text: string): number => stringWidth(line.slice(0, line.indexOf(text)));

    expect(auc).toMatch(/^AUC .*·+├.*●.*┤ {2,}\+\.003/u);
    expect(tokyo).toMatch(/├─*◆─*┤/u);
    expect(column(auc, '+.003')).toBe(column(tokyo, '−.010'));
    expect(column(auc, 'not worse')).toBe(column(tokyo, 'worse'));
  });

  it('leaves the picture out in a narrow terminal and keeps the numbers', () => {
    const shown = toText(documentOf(FOREST), { width: 60 });

    expect(shown).not.toContain('├');
    expect(shown).toContain('+.003 [−.001, +.007]');
  });

  it('shows folded parts open, closed or not at all', () => {
    const folded = documentOf(paragraph('a', lineBreak, 'b'), details('more', [paragraph('inside')]));

    expect(toText(folded)).toBe('a\nb\n\nmore\n  inside\n');
    expect(toText(folded, { folded: 'closed' })).toBe('a\nb\n\n▸ more\n');
    expect(toText(folded, { folded: 'hidden' })).toBe('a\nb\n');
  });
});
