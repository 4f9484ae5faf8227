import type { Comparison } from '../../contracts/comparison.ts';
import { code, formatBytes, formatDuration, shorten, type Block, type Inline } from '../../report/index.ts';
import type { Provenance } from './context.ts';
import { levelText, unitCount } from './words.ts';

type Fact = { readonly term: string; readonly value: readonly Inline[] };

/** Digests, git state, environment, durations: where the numbers came from. */
export function provenanceFacts(provenance: Provenance): Block {
  const { git, digests = [], environment = [], durations = [] } = provenance;
  const items: Fact[] = [
    ...(git?.commit == null
      ? []
      : [
          {
            term: 'Commit',
            value: [
              code(git.commit),
              ...(git.branch === null ? [] : [' on ', code(shorten(git.branch, 80))]),
              ...(git.dirty ? [', with uncommitted changes'] : []),
            ],
          },
        ]),
    ...digests.map(({ name, digest }) => ({ term: name, value: [code(digest)] })),
    ...environment.map(({ name, value }) => ({ term: name, value: [shorten(value, 300)] })),
    ...durations.map(({ stage, milliseconds, reused }) => ({
      term: stage,
      value: [
        reused === true ? `reused (took ${formatDuration(milliseconds)})` : formatDuration(milliseconds),
      ],
    })),
    ...(provenance.peakMemoryBytes == null
      ? []
      : [{ term: 'Peak memory', value: [formatBytes(provenance.peakMemoryBytes)] }]),
    ...(provenance.started === undefined ? [] : [{ term: 'Started', value: [provenance.started] }]),
    ...(provenance.command === undefined ? [] : [{ term: 'Again', value: [code(provenance.command)] }]),
    ...(provenance.version === undefined ? [] : [{ term: 'Slipway', value: [provenance.version] }]),
  ];
  return { kind: 'facts', items: items.map(({ term, value }) => ({ term: capital(term), value })) };
}

/** File names keep their spelling. */
function capital(text: string): string {
  return /^[a-z][a-z’ -]*$/u.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** True when there is anything to tell. */
export function hasProvenance(provenance: Provenance | undefined): provenance is Provenance {
  if (provenance === undefined) return false;
  const facts = provenanceFacts(provenance);
  return facts.kind === 'facts' && facts.items.length > 0;
}

/** Level, unit, look, claim: what every interval of the comparison has in common. */
export function designFacts(comparison: Comparison): Block {
  const effect = comparison.unit.design_effect;
  const items: Fact[] = [
    {
      term: 'Confidence',
      value: [
        `${levelText(comparison)}${comparison.look > 1 ? ` (α ${comparison.alpha} divided by ${comparison.look} looks at this test set)` : ''}`,
      ],
    },
    {
      term: 'Independent unit',
      value: [
        unitCount(comparison.unit.name, comparison.unit.count),
        effect === null || comparison.unit.name === 'row' ? '' : `, design effect ${effect.toFixed(1)}`,
      ],
    },
    {
      term: 'Claim',
      value: [
        comparison.claim === 'change'
          ? 'about the change, over several training runs'
          : 'about this model file, not about the code that made it',
      ],
    },
    { term: 'Decision', value: [code(comparison.decision), ', ', code(comparison.reason)] },
  ];
  return { kind: 'facts', items };
}
