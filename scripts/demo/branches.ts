/** One change to the starter and the verdict it must get. */
export interface Branch {
  readonly name: string;
  /** What its author believes. */
  readonly story: string;
  /** Replacements in files; each `from` must occur exactly once. */
  readonly edits: readonly Edit[];
  readonly expected: Expected;
}

export interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** What `slipway run` must end with. */
export interface Expected {
  /** As the summary prints it. */
  readonly words: string;
  readonly exit: number;
  readonly decision: string;
  /** Verdict of the primary metric, roc_auc; null where there is no baseline. */
  readonly verdict: string | null;
  /** Its reason, where that is what tells the case apart. */
  readonly reason?: string;
  /** A slice whose difference must lie above zero by itself. */
  readonly winsAt?: string;
}

/** The first commit, on main. */
export const BASELINE: Branch = {
  name: 'main',
  story: 'The first model: logistic regression on the timetable and the weather.',
  edits: [],
  expected: { words: 'pass', exit: 0, decision: 'pass', verdict: null },
};

/** Four changes, each from main. The expected verdicts follow from the measured differences in the starter's README. */
export const BRANCHES: readonly Branch[] = [
  {
    name: 'boosting',
    story: 'Gradient boosting instead of logistic regression: truly better.',
    edits: [{ file: 'params.yaml', from: 'model: logistic_regression', to: 'model: gradient_boosting' }],
    expected: { words: 'pass, better', exit: 0, decision: 'pass', verdict: 'better' },
  },
  {
    name: 'laguardia',
    story: 'Trained on the flights of LaGuardia only: it wins there, its author is proud.',
    edits: [
      {
        file: 'train.py',
        from: '    rows = load_rows()\n',
        to: '    rows = load_rows().query("origin == \'LGA\'")\n',
      },
    ],
    expected: { words: 'fail, worse', exit: 1, decision: 'fail', verdict: 'worse', winsAt: 'origin=LGA' },
  },
  {
    name: 'tidy-up',
    story: 'A tidier train.py that changes nothing.',
    edits: [
      {
        file: 'train.py',
        from: 'CHECKED_ROWS = 2000\n',
        to: 'CHECKED_ROWS = 1_000  # enough to notice a broken conversion\n',
      },
    ],
    expected: {
      words: 'pass, identical',
      exit: 0,
      decision: 'pass',
      verdict: 'not-worse',
      reason: 'IDENTICAL',
    },
  },
  {
    name: 'no-weather',
    story: 'Without the weather: 1.4 points fewer on 82,767 flights. Is that a loss?',
    edits: [
      {
        file: 'params.yaml',
        from: 'weather: [temp, humid, wind_speed, precip, visib, pressure]',
        to: 'weather: []',
      },
    ],
    expected: { words: 'cannot tell', exit: 3, decision: 'inconclusive', verdict: 'inconclusive' },
  },
];
