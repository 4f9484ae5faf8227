import { describe, expect, it } from 'vitest';

import { actionsOf, newLeg, runLeg } from './legs.ts';

const PARTS = `
name: Parts
inputs:
  two-words: {default: fallback}
  plain: {required: true}
outputs:
  said: {description: what it said}
runs: {using: node20, pre: pre.js, main: main.js, post: post.js}
`;

const find = actionsOf({
  'o/parts': {
    'action.yml': PARTS,
    'pre.js': `console.log('pre <' + process.env['INPUT_TWO-WORDS'] + '>')`,
    'main.js': `
      const { appendFileSync } = require('node:fs');
      const { env, stdout } = process;
      console.log('main <' + env['INPUT_TWO-WORDS'] + '> <' + env.INPUT_PLAIN + '> <' + env.INPUT_UNKNOWN + '>');
      console.log('terminal', Boolean(stdout.isTTY), 'act', env.ACT, 'action', env.GITHUB_ACTION_REPOSITORY);
      appendFileSync(env.GITHUB_OUTPUT, 'said=words\\n');
      appendFileSync(env.GITHUB_STATE, 'kept=state\\n');
      appendFileSync(env.GITHUB_ENV, 'FROM_ACTION=value\\n');
      appendFileSync(env.GITHUB_STEP_SUMMARY, '# From the action\\n');
      console.log('::warning file=a.js,line=2::careful');
    `,
    'post.js': `console.log('post', process.env.STATE_kept)`,
  },
  'o/fails': {
    'action.yml': 'runs: {using: node24, main: main.js}',
    'main.js': `
      for (let n = 0; n < 500; n++) console.log('line', n);
      process.stdout.write('the end');
      process.exit(1);
    `,
  },
  'o/composite': {
    'sub/action.yml': `
inputs: {name: {default: nobody}}
outputs: {greeting: {value: '\${{ steps.greet.outputs.text }}'}}
runs:
  using: composite
  steps:
    - id: greet
      shell: bash
      run: |
        echo "text=hello \${{ inputs.name }}" >> "$GITHUB_OUTPUT"
        echo "at \${GITHUB_ACTION_PATH##*/}: $(cat "$GITHUB_ACTION_PATH/file.txt")"
    - uses: o/parts@v1
      with: {plain: inner}
`,
    'sub/file.txt': 'file of the action',
  },
});

describe('actions in JavaScript', () => {
  it('have inputs, outputs, state, variables, summaries, and parts before and after', async () => {
    const told = await runLeg(
      newLeg(`
        outputs: {said: '\${{ steps.parts.outputs.said }}'}
        steps:
          - id: parts
            uses: o/parts@v1
            with: {plain: 'a b', unknown: x}
          - run: echo "then $FROM_ACTION"
      `),
      { find },
    );
    expect(told.steps.map(({ number, name }) => `${number} ${name}`)).toEqual([
      '1 Set up job',
      '2 Pre Run o/parts@v1',
      '3 Run o/parts@v1',
      '4 Run echo "then $FROM_ACTION"',
      '8 Post Run o/parts@v1',
      '9 Complete job',
    ]);
    expect(told.log('Pre Run o/parts@v1').at(-1)).toBe('pre <fallback>');
    expect(told.annotations).toEqual([
      "warning: Unexpected input(s) 'unknown', valid inputs are ['two-words', 'plain']",
      'warning: careful',
    ]);
    expect(told.log('Run o/parts@v1').slice(-3)).toEqual([
      'main <fallback> <a b> <x>',
      'terminal false act undefined action o/parts',
      '##[warning]careful',
    ]);
    expect(told.log('Run echo "then $FROM_ACTION"')).toEqual(['then value']);
    expect(told.log('Post Run o/parts@v1')).toEqual(['Post job cleanup.', 'post state']);
    expect(told.outputs).toEqual({ said: 'words' });
    expect(told.summary).toBe('# From the action\n');
  });

  it('are heard to the last word when they fail', async () => {
    const told = await runLeg(newLeg('steps: [{uses: o/fails@v1}]'), { find });
    const log = told.log('Run o/fails@v1');
    expect(log.length).toBe(501);
    expect(log.slice(-2)).toEqual(['line 499', 'the end']);
    expect(told.conclusion).toBe('failure');
  });
});

describe('composite actions', () => {
  it('run their steps as one', async () => {
    const told = await runLeg(
      newLeg(`
        outputs: {greeting: '\${{ steps.it.outputs.greeting }}'}
        steps:
          - id: it
            uses: o/composite/sub@v1
            with: {name: you}
      `),
      { find },
    );
    const log = told.log('Run o/composite/sub@v1');
    expect(log).toContain('at sub: file of the action');
    expect(log).toContain('main <fallback> <inner> <undefined>');
    expect(told.outputs).toEqual({ greeting: 'hello you' });
    expect(told.steps.at(-2)?.name).toBe('Post Run o/composite/sub@v1');
  });

  it('of the workspace run as they are there, in pipes', async () => {
    const told = await runLeg(
      newLeg(`
        steps:
          - run: |
              mkdir -p .github/actions/own
              sed 's/@/$/' > .github/actions/own/action.yml <<'END'
              inputs: {word: {required: true}}
              runs:
                using: composite
                steps:
                  - {shell: bash, run: 'echo "$WORD"; tty || cat', env: {WORD: '@{{ inputs.word }}'}}
                  - {shell: python, run: 'import sys; print(sys.stdout.isatty())'}
                  - {shell: sh, run: 'printf "no more"; exit 4'}
              END
          - run: mkdir bin && echo "$PWD/bin" >> "$GITHUB_PATH"
          - uses: ./.github/actions/own
            with: {word: said}
      `),
      { find },
    );
    expect(told.log('Run ./.github/actions/own')).toEqual([
      'said',
      'not a tty',
      'False',
      'no more',
      '##[error]Process completed with exit code 4.',
    ]);
  });
});

describe('a script that fails', () => {
  it('is heard to the last word, and empty lines stay', async () => {
    const told = await runLeg(
      newLeg(`steps: [{name: it, run: "printf 'a\\\\n\\\\n\\\\nb\\\\n\\\\nend'; exit 7"}]`),
    );
    expect(told.log('it')).toEqual([
      'a',
      '',
      '',
      'b',
      '',
      'end',
      '##[error]Process completed with exit code 7.',
    ]);
  });
});

describe('many jobs at once', () => {
  it('are all heard to the last word', async () => {
    const told = await Promise.all(
      Array.from({ length: 8 }, (_, jobId) =>
        runLeg(
          newLeg(
            `steps: [{name: it, run: 'seq 3000; printf end; exit 3'}, {if: always(), uses: o/fails@v1}]`,
            { jobId },
          ),
          { find },
        ),
      ),
    );
    for (const one of told) {
      const log = one.log('it');
      expect(log.length).toBe(3002);
      expect(log.slice(-2)).toEqual(['end', '##[error]Process completed with exit code 3.']);
      expect(one.log('Run o/fails@v1').at(-1)).toBe('the end');
    }
  });
});
