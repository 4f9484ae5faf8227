import type { Answer, PromotionConfig } from '../../promotion/index.ts';
import type { RepositoryViews } from '../ports.ts';

const PURPLE = '8250df';
const GREEN = '1a7f37';
const GREY = '656d76';

/** The labels that ask for something, with what they ask for. */
export function requestLabels(
  config: PromotionConfig,
): readonly { readonly name: string; readonly color: string; readonly description: string }[] {
  const stages = [...new Set(Object.values(config).flatMap((model) => Object.keys(model)))];
  return [
    ...stages.flatMap((stage) => [
      label(`promote:${stage}`, PURPLE, `Ask to promote this pull request’s version to ${stage}`),
      label(`approve:${stage}`, GREEN, `Approve this pull request’s version for ${stage}`),
    ]),
    ...['major', 'minor', 'patch'].map((part) =>
      label(`bump:${part}`, GREY, `Register as a ${part} version`),
    ),
    label('slipway:train', GREY, 'Train this fork’s pull request on the protected runner'),
    label('slipway:hold', GREY, 'Register and promote nothing from this pull request'),
  ];
}

/** GitHub's limits: 50 characters of a name, 100 of a description. */
function label(name: string, color: string, description: string) {
  return { name: name.slice(0, 50), color, description: description.slice(0, 100) };
}

/** Makes the labels that are missing, so that they can be picked. `known` remembers; GitHub ignores case. */
export async function ensureLabels(
  views: RepositoryViews,
  config: PromotionConfig,
  known: Set<string>,
): Promise<void> {
  const wanted = requestLabels(config).filter(({ name }) => !known.has(name.toLowerCase()));
  if (wanted.length === 0) return;
  for (const name of await views.labels()) known.add(name.toLowerCase());
  for (const missing of wanted) {
    if (!known.has(missing.name.toLowerCase())) await views.ensureLabel(missing);
    known.add(missing.name.toLowerCase());
  }
}

/** Takes the labels off that have been answered for good: what is left on a pull request is what still waits. */
export async function takeAnsweredLabels(
  views: RepositoryViews,
  answers: readonly Answer[],
  present: ReadonlyMap<number, readonly string[]>,
): Promise<void> {
  const open = new Set<string>();
  const answered = new Map<string, { number: number; name: string }>();
  for (const { request, status } of answers) {
    const { via, issue } = request.source;
    if (via !== 'label' || issue === null || request.stage === null || request.kind !== 'promote') continue;
    const name = present
      .get(issue)
      ?.find((text) => text.toLowerCase() === `promote:${request.stage}`.toLowerCase());
    if (name === undefined) continue;
    const key = `${issue} ${name}`;
    // One label may ask for several models: it stays while one of them waits.
    if (status === 'recorded') answered.set(key, { number: issue, name });
    else open.add(key);
  }
  for (const [key, { number, name }] of answered) {
    if (!open.has(key)) await views.removeLabel(number, name);
  }
}
