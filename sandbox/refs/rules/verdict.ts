/** What all rules together say to a change, and in which words GitHub refuses it. */
import type { Core } from '../../kernel/core.ts';
import { lockSentence } from '../../releases/tags.ts';
import type { RuleEvaluation } from '../../state/rules.ts';
import type { JudgedChange } from '../change.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { fullName } from '../../views/repositories.ts';
import { caseOf, judge } from './judge.ts';
import { isAdministrator, protectionViolations } from './protection.ts';
import { bypassOf, rulesetsOfRef } from './rulesets.ts';

export interface RuleVerdict {
  readonly refused: Refusal | undefined;
  /** Sentences the actor may pass over; git shows them. */
  readonly bypassed: readonly string[];
  readonly evaluations: readonly RuleEvaluation[];
}

interface Found {
  readonly fromRulesets: string[];
  readonly fromProtection: string[];
  readonly bypassed: string[];
  readonly evaluations: RuleEvaluation[];
}

/** Judges a change by rulesets, immutable releases and branch protection. The strictest of all wins: every rule is asked. */
export function judgeChange(core: Core, change: JudgedChange): RuleVerdict {
  const found: Found = { fromRulesets: [], fromProtection: [], bypassed: [], evaluations: [] };
  const prepared = caseOf(core, change);
  for (const ruleset of rulesetsOfRef(core, change.repository, change.ref)) {
    const pass = bypassOf(core, ruleset, change.repository, change.actor, change.via.kind);
    if (pass === 'exempt') continue;
    for (const rule of ruleset.rules) {
      const sentence = judge(prepared, rule);
      found.evaluations.push({
        rulesetId: ruleset.id,
        enforcement: ruleset.enforcement,
        result: sentence === undefined ? 'pass' : 'fail',
        type: rule.type,
        details: sentence ?? null,
      });
      if (sentence === undefined || ruleset.enforcement !== 'active') continue;
      (pass === 'bypass' ? found.bypassed : found.fromRulesets).push(sentence);
    }
  }
  const lock = lockSentence(core, change.repository.id, change);
  if (lock !== undefined) found.fromRulesets.push(lock);
  const administers = (): boolean => isAdministrator(core, change.repository, change.actor);
  for (const { sentence, everyone } of protectionViolations(prepared)) {
    const bound = everyone || !administers();
    (bound ? found.fromProtection : found.bypassed).push(sentence);
  }
  const { bypassed, evaluations } = found;
  return { refused: refusalOf(core, change, found), bypassed: [...new Set(bypassed)], evaluations };
}

const paragraphs = (sentences: readonly string[]): string[] =>
  sentences.flatMap((sentence) => [
    ...`- ${sentence}`.split('\n').map((line, i) => (i === 0 ? line : `  ${line}`)),
    '',
  ]);

function refusalOf(core: Core, { repository, ref }: JudgedChange, found: Found): Refusal | undefined {
  const sentences = [...new Set([...found.fromRulesets, ...found.fromProtection])];
  if (sentences.length === 0) return undefined;
  if (found.fromRulesets.length === 0) {
    const lines = [`error: GH006: Protected branch update failed for ${ref}.`, '', ...paragraphs(sentences)];
    return refusal('protection', 'protected branch hook declined', sentences.join(' '), { lines });
  }
  const rules = `${core.urls.web}/${fullName(core, repository)}/rules?ref=${encodeURIComponent(ref)}`;
  const lines = [
    `error: GH013: Repository rule violations found for ${ref}.`,
    `Review all repository rules at ${rules}`,
    '',
    ...paragraphs(sentences),
  ];
  const message = `Repository rule violations found\n\n${sentences.join('\n\n')}\n\n`;
  return refusal('rules', 'push declined due to repository rule violations', message, { lines });
}

/** Lines git shows to whoever passed over rules. */
export function bypassLines(ref: string, sentences: readonly string[]): string[] {
  if (sentences.length === 0) return [];
  return [`Bypassed rule violations for ${ref}:`, '', ...paragraphs(sentences)];
}
