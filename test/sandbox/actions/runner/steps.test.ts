import { describe, expect, it } from 'vitest';

import { actionsOf, newLeg, runLeg } from './legs.ts';

const script = (log: readonly string[]): string => log.join('\n');

describe('the steps of a job', () => {
  it('are told with the numbers, names and conclusions that GitHub shows', async () => {
    const find = actionsOf({
      'o/r': {
        'action.yml': 'runs: {using: node20, pre: pre.js, main: main.js, post: post.js}',
        'pre.js': 'console.log("before")',
        'main.js': 'console.log("during")',
        'post.js': 'console.log("after")',
      },
      'o/plain': { 'sub/action.yml': 'runs: {using: node16, main: main.js}', 'sub/main.js': '' },
    });
    const told = await runLeg(
      newLeg(
        `
        steps:
          - uses: o/r@v1
          - run: |

              echo one
              echo two
          - name: Named \${{ matrix.os }} \${{ github.run_number }}
            run: exit 3
            continue-on-error: true
          - uses: o/plain/sub@v2
          - if: false
            run: echo never
          - id: bad
            run: exit 4
          - run: echo not reached
          - if: failure() && steps.bad.outcome == 'failure'
            run: echo cleaning
      `,
        { matrix: { os: 'linux' } },
      ),
      { find },
    );
    expect(told.steps.map(({ number, name, conclusion }) => [number, name, conclusion])).toEqual([
      [1, 'Set up job', 'success'],
      [2, 'Pre Run o/r@v1', 'success'],
      [3, 'Run o/r@v1', 'success'],
      [4, 'Run echo one', 'success'],
      [5, 'Named linux 3', 'success'],
      [6, 'Run o/plain/sub@v2', 'success'],
      [7, 'Run echo never', 'skipped'],
      [8, 'Run exit 4', 'failure'],
      [9, 'Run echo not reached', 'skipped'],
      [10, 'Run echo cleaning', 'success'],
      [20, 'Post Run o/r@v1', 'success'],
      [21, 'Complete job', 'success'],
    ]);
    expect(told.conclusion).toBe('failure');
    expect(told.annotations).toEqual([
      'failure: Process completed with exit code 3.',
      'failure: Process completed with exit code 4.',
    ]);
    expect(told.log('Pre Run o/r@v1')).toEqual(['before']);
    expect(told.log('Post Run o/r@v1')).toEqual(['Post job cleanup.', 'after']);
    expect(told.log('Named linux 3')).toEqual(['##[error]Process completed with exit code 3.']);
  });

  // https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#stopping-and-starting-workflow-commands
  it('may stop commands and start them again', async () => {
    const told = await runLeg(
      newLeg(`
        steps:
          - name: Quiet
            run: |
              echo '::stop-commands::a-word'
              echo '::warning::just a line'
              echo '::a-word::'
              echo '::warning::a warning'
      `),
    );
    expect(told.annotations).toEqual(['warning: a warning']);
    expect(told.log('Quiet')).toEqual([
      '::stop-commands::a-word',
      '::warning::just a line',
      '::a-word::',
      '##[warning]a warning',
    ]);
  });

  it('of a job without a matrix have none', async () => {
    const told = await runLeg(
      newLeg(`
        steps:
          - name: Print
            run: echo '\${{ toJSON(matrix) }}' '[\${{ matrix.os }}]'
          - if: matrix.os == 'linux'
            run: echo never
      `),
    );
    expect(told.log('Print')).toEqual(['null []']);
    expect(told.steps[2]?.conclusion).toBe('skipped');
  });

  it('begin with what runs, in the form of the runner', async () => {
    const told = await runLeg(
      newLeg(`
        env: {LEVEL: job}
        steps:
          - id: one
            run: echo answer=42 >> $GITHUB_OUTPUT
          - run: echo \${{ steps.one.outputs.answer }}
            shell: bash
            env: {STEP: 's \${{ steps.one.outputs.answer }}'}
      `),
    );
    expect(told.steps[2]?.log).toEqual([
      '##[group]Run echo 42',
      '\u001b[36;1mecho 42\u001b[0m',
      'shell: bash --noprofile --norc -e -o pipefail {0}',
      'env:',
      '  LEVEL: job',
      '  STEP: s 42',
      '##[endgroup]',
      '42',
    ]);
  });

  it('have contexts, variables and files as on GitHub', async () => {
    const told = await runLeg(
      newLeg(
        `
        steps:
          - run: |
              echo "a=1" >> "$GITHUB_OUTPUT"
              echo "FROM_ENV=set" >> "$GITHUB_ENV"
              mkdir bin && echo 'echo tool' > bin/tool && chmod +x bin/tool
              echo "$PWD/bin" >> "$GITHUB_PATH"
            id: write
          - run: tool; echo "$FROM_ENV" "\${{ env.FROM_ENV }}"
          - run: |
              echo "$GITHUB_WORKFLOW $GITHUB_RUN_ID $GITHUB_RUN_ATTEMPT $GITHUB_JOB $GITHUB_ACTOR $GITHUB_EVENT_NAME"
              echo "$GITHUB_REF $GITHUB_REF_NAME $GITHUB_REF_TYPE $GITHUB_REPOSITORY $GITHUB_REPOSITORY_OWNER $GITHUB_SHA"
              echo "$GITHUB_WORKFLOW_REF $GITHUB_TRIGGERING_ACTOR $RUNNER_NAME $RUNNER_ENVIRONMENT $RUNNER_OS $CI"
              echo "\${{ github.workflow_ref }} \${{ github.triggering_actor }} \${{ strategy.job-index }}/\${{ strategy.job-total }}"
              echo "\${{ needs.first.result }} \${{ needs.first.outputs.x }} \${{ inputs.flag && 'on' }} \${{ vars.V }}"
              [ "$PWD" = "\${{ github.workspace }}" ] && [ -d "$RUNNER_TEMP" ] && [ "\${{ runner.temp }}" = "$RUNNER_TEMP" ] && echo paths
              [ -z "\${ACT+x}\${ACTIONS_RUNTIME_TOKEN+x}" ] && echo clean
              [ "$(cat "$GITHUB_EVENT_PATH")" != "" ] && echo event \${{ github.event.head_commit.message }}
        `,
        {
          github: {
            workflow_ref: 'owner/repo/.github/workflows/ci.yml@refs/heads/main',
            run_number: '3',
            triggering_actor: 'writer-2',
          },
          strategy: { failFast: true, index: 1, total: 3, maxParallel: 2 },
          needs: { first: { result: 'success', outputs: { x: 'y' } } },
          inputs: { flag: true },
          vars: { V: 'var' },
        },
      ),
    );
    expect(told.log('Run tool; echo "$FROM_ENV" ""')).toEqual([]);
    expect(told.steps.map((step) => script(step.log)).join('\n')).toContain('tool\nset set');
    const log = told.steps[3]!.log.slice(told.steps[3]!.log.indexOf('##[endgroup]') + 1);
    expect(log).toEqual([
      'CI 70 1 build writer push',
      'refs/heads/main main branch owner/repo owner c0ffee0000000000000000000000000000000000',
      'owner/repo/.github/workflows/ci.yml@refs/heads/main writer-2 Runner 1 github-hosted Linux true',
      'owner/repo/.github/workflows/ci.yml@refs/heads/main writer-2 1/3',
      'success y on var',
      'paths',
      'clean',
      'event first',
    ]);
  });

  it('run in pipes, not in a terminal, with nothing to read', async () => {
    const told = await runLeg(
      newLeg(`{steps: [{run: 'tty; cat; [ -t 1 ] || echo pipe'}]}`.replace('tty;', 'tty || true;')),
    );
    expect(told.conclusion).toBe('success');
    expect(told.steps[1]?.log.slice(-2)).toEqual(['not a tty', 'pipe']);
  });

  it('text that looks like an expression is never evaluated', async () => {
    const told = await runLeg(
      newLeg(
        `
        env: {TITLE: '\${{ github.event.title }}'}
        steps:
          - run: |
              echo "$TITLE"; cat <<'END'
              \${{ github.event.title }}
              END
          - run: echo "$STEP"
            env: {STEP: '\${{ github.event.title }}'}
      `,
        { event: { name: 'push', payload: { title: "it's ${{ github.token }}" } } },
      ),
    );
    expect(told.steps[1]?.log.at(-2)).toBe("it's ${{ github.token }}");
    expect(told.steps[2]?.log.at(-1)).toBe("it's ${{ github.token }}");
  });
});

describe('shells', () => {
  it.each([
    ['without one, bash without pipefail', "run: 'false | true'", 'success'],
    ['bash with pipefail', "run: 'false | true'\n            shell: bash", 'failure'],
    ['sh', 'run: \'[ -z "$BASH_VERSION" ]\'\n            shell: sh', 'success'],
    ['python', "run: 'import sys; sys.exit(0)'\n            shell: python", 'success'],
    ['a command with {0}', "run: 'exit 1'\n            shell: cat {0}", 'success'],
    ['anything else', "run: 'exit 0'\n            shell: fish", 'failure'],
  ])('%s', async (_name, step, conclusion) => {
    const told = await runLeg(newLeg(`steps:\n          - ${step}`));
    expect(told.conclusion).toBe(conclusion);
  });

  it('defaults of job and workflow, and the working directory', async () => {
    const told = await runLeg(
      newLeg(
        `
        defaults: {run: {working-directory: sub}}
        steps:
          - run: mkdir sub
            working-directory: .
          - run: basename "$PWD"; ( false | true )
      `,
        { workflowDefaults: { run: { shell: 'bash', 'working-directory': 'other' } } },
      ),
    );
    expect(told.steps[2]?.log).toContain('sub');
    expect(told.steps[2]?.conclusion).toBe('failure');
  });
});
