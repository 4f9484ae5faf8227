import type { Comparison } from '../../contracts/comparison.ts';
import {
  code,
  formatInterval,
  formatNumber,
  heading,
  paragraph,
  shorten,
  type Block,
} from '../../report/index.ts';
import type { ReportContext } from './context.ts';
import { slicesInHead } from './head-lines.ts';
import { decidingMetric } from './metric-line.ts';
import { absoluteMargin, levelText, metricName, metricPrecision, unitCount } from './words.ts';

interface Reading {
  /** Ends of the interval, turned so that above zero is better. */
  readonly low: number;
  readonly high: number;
  readonly margin: number | null;
  readonly loss: 'drop' | 'rise';
  readonly size: (value: number) => string;
}

function meaningOf({ low, high, margin, loss, size }: Reading): string {
  if (low > 0)
    return 'The whole interval is on the better side of zero: chance in the choice of test rows does not explain the gain.';
  if (high < 0)
    return 'The whole interval is on the worse side of zero: chance in the choice of test rows does not explain the loss.';
  if (margin === null)
    return `Zero is inside, so no difference is shown. A ${loss} of more than ${size(low)} is ruled out; a smaller one is not.`;
  if (low > -margin)
    return `Zero is inside, so no difference is shown. But the interval ends before the ${loss} of ${size(margin)} that the gate tolerates: a harmful ${loss} is ruled out.`;
  return `The interval holds both zero and ${loss}s larger than the tolerated ${size(margin)}: with this data, a harmless change and a harmful one look alike.`;
}

/** A slice that failed the gate while the whole did not. */
function sliceBlocks(comparison: Comparison): Block[] {
  const worst = slicesInHead(comparison)[0];
  if (worst === undefined) return [];
  const count = comparison.slices.filter((slice) => slice.metric === worst.metric).length;
  return [
    paragraph(
      'That is the whole test set. In the slice ',
      code(shorten(worst.name, 60)),
      ` the loss is larger than the gate allows, and it stays significant after correction for looking at ${count} slices: a mean over all rows can hide it.`,
    ),
  ];
}

/** What the interval means for the person who has to decide, in plain words. */
export function explainBlocks(comparison: Comparison, context: ReportContext): Block[] {
  const metric = decidingMetric(comparison);
  const difference = metric?.difference;
  if (metric === undefined || difference?.low == null || difference.high === null) return [];
  const margin = absoluteMargin(metric, comparison.gates);
  const precision = metricPrecision(metric, margin);
  const interval = formatInterval(difference.low, difference.high, precision, { signed: true });
  const [low, high] =
    metric.direction === 'higher' ? [difference.low, difference.high] : [-difference.high, -difference.low];
  const loss = metric.direction === 'higher' ? 'drop' : 'rise';
  const size = (value: number): string => formatNumber(Math.abs(value), precision);
  const meaning = meaningOf({ low, high, margin, loss, size });
  return [
    heading('What the interval means'),
    paragraph(
      `The test set is a sample: ${unitCount(comparison.unit.name, comparison.unit.count)}. With others drawn in the same way, the difference in ${metricName(metric.name)} would come out elsewhere. ` +
        `${interval} are the differences that agree with what was seen; intervals made like this miss the true one ${100 - Number.parseFloat(levelText(comparison))} times in 100.`,
    ),
    paragraph(meaning),
    ...sliceBlocks(comparison),
    paragraph(
      comparison.claim === 'change'
        ? 'This speaks about the change: it was trained several times on both sides.'
        : `This speaks about the model file that ${context.baseline === null ? 'was judged' : 'would be released'}, not about the code that made it: another training run gives another file.`,
    ),
  ];
}
