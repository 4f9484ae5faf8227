/**
 * The configuration of the simulated repositories, in two editions, and what it asks for in plain words of our own: the
 * simulation never reads the product's answer to what a stage needs.
 */

export type Model = 'churn' | 'fraud';
export type Stage = 'staging' | 'production';

/** What a stage asks for, as the text below says it. */
export interface Terms {
  readonly after: Stage | null;
  readonly soakMs: number;
  readonly approvals: number;
  readonly approvers: readonly string[];
  readonly deploys: boolean;
}

const MINUTE = 60_000;

export const TERMS: Readonly<Record<Model, Readonly<Record<Stage, Terms>>>> = {
  churn: {
    staging: { after: null, soakMs: 0, approvals: 0, approvers: [], deploys: true },
    production: {
      after: 'staging',
      soakMs: 10 * MINUTE,
      approvals: 1,
      approvers: ['writer-2', 'reader', '@acme/ml'],
      deploys: true,
    },
  },
  fraud: {
    staging: { after: null, soakMs: 0, approvals: 0, approvers: [], deploys: false },
    production: { after: 'staging', soakMs: 0, approvals: 2, approvers: [], deploys: false },
  },
};

/** An edition asks for one approval more at production of churn. */
export type Edition = 'usual' | 'stricter';

export function termsOf(edition: Edition, model: Model, stage: Stage): Terms {
  const terms = TERMS[model][stage];
  return edition === 'stricter' && stage === 'production' && model === 'churn'
    ? { ...terms, approvals: terms.approvals + 1 }
    : terms;
}

export function configText(edition: Edition): string {
  return `version: 1
defaults:
  task: binary
  data: {source: data.csv, split: {test: 0.2}, target: churned}
  train: {run: python train.py}
  evaluate: {metrics: [roc_auc]}
models:
${(['churn', 'fraud'] as const).map((model) => modelText(edition, model)).join('')}`;
}

function modelText(edition: Edition, model: Model): string {
  const stages = (['staging', 'production'] as const).map((stage) => {
    const { after, soakMs, approvals, approvers, deploys } = termsOf(edition, model, stage);
    const parts = [
      ...(deploys ? ['target: {command: ./deploy.sh}'] : []),
      ...(after === null ? [] : [`after: ${after}`]),
      ...(soakMs === 0 ? [] : [`soak: ${soakMs / MINUTE}m`]),
      ...(approvals === 0 ? [] : [`approvals: ${approvals}`]),
      ...(approvers.length === 0 ? [] : [`approvers: [${approvers.map((one) => `"${one}"`).join(', ')}]`]),
    ];
    return `      ${stage}: {${parts.join(', ')}}\n`;
  });
  return `  ${model}:\n    stages:\n${stages.join('')}`;
}
