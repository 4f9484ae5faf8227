export type StartProblem =
  | 'port-taken'
  | 'data-in-use'
  | 'data-foreign'
  | 'data-format'
  | 'import-missing'
  | 'import-no-repository'
  | 'import-exists'
  | 'git-missing';

/** Why a sandbox cannot start: what the user gave, or what else is on this machine. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly problem: StartProblem;
  readonly hint: string;

  constructor(problem: StartProblem, message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
    this.hint = hint;
  }
}
