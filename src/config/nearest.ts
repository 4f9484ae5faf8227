import { distance } from 'fastest-levenshtein';

/** Words of other tools for keys of ours. */
const OTHER_WORDS: Readonly<Record<string, readonly string[]>> = {
  cmd: ['run'],
  command: ['run', 'command'],
  script: ['run'],
  deps: ['inputs', 'lock'],
  dependencies: ['inputs', 'lock'],
  outs: ['outputs'],
  artifacts: ['outputs', 'model'],
  label: ['target'],
  y: ['target'],
  path: ['source', 'dir'],
  file: ['source', 'file'],
  dataset: ['data'],
  test_size: ['test'],
  wdir: ['dir'],
  type: ['task'],
  threshold: ['min'],
  margin: ['not-worse-by'],
  tolerance: ['not-worse-by'],
  columns: ['columns', 'drop'],
  cluster: ['unit'],
  requirements: ['lock'],
  variables: ['env'],
  auc: ['roc_auc'],
  rocauc: ['roc_auc'],
  roc: ['roc_auc'],
  auroc: ['roc_auc'],
  'roc-auc': ['roc_auc'],
  ap: ['average_precision'],
  pr_auc: ['average_precision'],
  auprc: ['average_precision'],
  logloss: ['log_loss'],
  cross_entropy: ['log_loss'],
  acc: ['accuracy'],
  sensitivity: ['recall'],
  tpr: ['recall'],
  quantile_loss: ['pinball@0.9'],
  classification: ['binary', 'multiclass'],
  classifier: ['binary', 'multiclass'],
  multi: ['multiclass'],
  'multi-class': ['multiclass'],
  regressor: ['regression'],
  rank: ['ranking'],
  random: ['hash'],
  main: ['base-branch'],
  master: ['base-branch'],
  base: ['base-branch'],
};

/** Spelling without what people vary: case, -, _, spaces. */
function plainSpelling(word: string): string {
  return word.toLowerCase().replaceAll(/[-_\s]/g, '');
}

/**
 * The valid word that was most likely meant, null when none is near: the same letters in another spelling, another
 * tool's word, or an edit distance of at most a third of the length.
 */
export function nearestWord(word: string, valid: readonly string[]): string | null {
  const wanted = plainSpelling(word);
  const same = valid.find((candidate) => plainSpelling(candidate) === wanted);
  if (same !== undefined) return same;
  const key = word.toLowerCase();
  const known = Object.hasOwn(OTHER_WORDS, key) ? OTHER_WORDS[key] : undefined;
  const synonym = known?.find((candidate) => valid.includes(candidate));
  if (synonym !== undefined) return synonym;
  if (wanted.length > 64) return null;
  let best: string | null = null;
  let least = Math.max(1, Math.floor(Math.max(wanted.length, 3) / 3)) + 1;
  for (const candidate of valid) {
    const edits = distance(wanted, plainSpelling(candidate));
    if (edits < least) [best, least] = [candidate, edits];
  }
  return best;
}

/** `Did you mean `x`?`, or the valid words themselves when none is near; undefined when there is nothing to say. */
export function suggestion(word: string, valid: readonly string[]): string | undefined {
  const near = nearestWord(word, valid);
  if (near !== null) return `Did you mean \`${near}\`?`;
  const known = [...new Set(valid)];
  if (known.length === 0) return undefined;
  return `Known here: ${known.slice(0, 20).join(', ')}${known.length > 20 ? ', …' : ''}.`;
}
