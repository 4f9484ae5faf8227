import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

import {
  cardText,
  headlineOf,
  metricsText,
  notesText,
  type Described,
} from '../../../../src/registry/versions/documents.ts';
import { sha256 } from '../../../../src/contracts/digest.ts';
import type { Registration } from '../../../../src/registry/index.ts';
import { versionsWorld } from './world.ts';

const w = versionsWorld();
const described = (change: Partial<Registration> = {}): Described => ({
  ...w.registration({
    card: {
      license: 'apache-2.0',
      baseline: 'v0.9.0',
      rows: { train: 8000, validation: 500, test: 8412 },
      limits: ['Customers of one country.'],
      slices: [
        {
          name: 'region=NE',
          metric: 'recall',
          rows: 412,
          difference: -0.049,
          low: -0.081,
          high: -0.017,
          verdict: 'worse',
        },
      ],
    },
    ...change,
  }),
  version: 'v1.0.0',
});

/** What https://github.com/huggingface/hub-docs/blob/main/modelcard.md requires of the parts that we write. */
const FrontMatter = z.strictObject({
  license: z.string().optional(),
  tags: z.array(z.string()),
  pipeline_tag: z.string().optional(),
  metrics: z.array(z.string()).optional(),
  'model-index': z
    .array(
      z.strictObject({
        name: z.string(),
        results: z.array(
          z.strictObject({
            task: z.strictObject({ type: z.string() }),
            dataset: z.strictObject({
              type: z.string(),
              name: z.string(),
              split: z.string().optional(),
              revision: z.string().optional(),
            }),
            metrics: z
              .array(z.strictObject({ type: z.string(), name: z.string(), value: z.number() }))
              .min(1),
          }),
        ),
      }),
    )
    .optional(),
});

function frontOf(card: string): z.infer<typeof FrontMatter> {
  return FrontMatter.parse(parse(card.split('---\n')[1] ?? ''));
}

describe('the model card', () => {
  it('has front matter that model hubs read', () => {
    const front = frontOf(cardText(described()));
    expect(front).toMatchObject({
      license: 'apache-2.0',
      pipeline_tag: 'tabular-classification',
      metrics: ['roc_auc'],
    });
    expect(front['model-index']?.[0]?.results[0]).toMatchObject({
      dataset: { revision: sha256('test') },
      metrics: [{ type: 'roc_auc', value: 0.874 }],
    });
  });

  it('says data, slices, limits, licence and verdict', () => {
    const card = cardText(described());
    for (const said of [
      '8,412 rows',
      'region=NE',
      '[−.081, −.017]',
      'Customers of one country.',
      'apache-2.0',
      'ALL\\_GATES\\_PASS',
    ])
      expect(card.replace('ALL_GATES_PASS', 'ALL\\_GATES\\_PASS')).toContain(said);
  });

  it('stays valid without metrics, data and licence', () => {
    const bare = described({
      task: 'scores',
      card: {},
      metrics: [],
      verdict: null,
      digests: { train_key: null, data: null, environment: null, evaluation: null },
    });
    expect(frontOf(cardText(bare))).toEqual({ tags: ['slipway', 'scores'] });
    expect(cardText(bare)).toContain('It was not judged.');
  });

  it('lets no name break out of the front matter or the text', () => {
    const license = 'x\n---\n# owned\n@writer <img src=x>';
    const card = cardText(described({ card: { license, limits: ['@writer <img src=x>\n# owned'] } }));
    expect(parse(card.split('\n---\n')[0]!.slice(4))).toMatchObject({ tags: ['slipway', 'binary'] });
    expect(card).not.toContain('\n# owned');
    const limits = card.slice(card.indexOf('## Limits'), card.indexOf('## License'));
    expect(limits).not.toMatch(/<img|@writer/);
  });
});

describe('the release', () => {
  it('says what changed, with interval and verdict, and how to get it', () => {
    const notes = notesText(described(), sha256('manifest'));
    expect(notes).toContain('.871 → .874');
    expect(notes).toContain('[−.001, +.007]');
    expect(notes).toContain('not-worse');
    expect(notes).toContain('against v0.9.0');
    expect(notes).toContain('slipway registry pull churn@v1.0.0');
    expect(notes).toContain(sha256('manifest'));
  });

  it('says of a first version what was measured', () => {
    const [metric] = described().metrics;
    const first = {
      ...metric!,
      baseline: null,
      difference: null,
      difference_low: null,
      difference_high: null,
    };
    expect(headlineOf(described({ metrics: [first] }))).toBe(
      'roc_auc .874 [.861, .886], the first to be measured',
    );
  });

  it('keeps every metric whole for programs', () => {
    expect(JSON.parse(metricsText(described()))).toMatchObject({
      schema: 'slipway.metrics/1',
      baseline: 'v0.9.0',
      metrics: [{ name: 'roc_auc', difference: 0.003, difference_low: -0.001 }],
    });
  });
});
