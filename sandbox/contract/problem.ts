/** One thing that is wrong with a message by GitHub's own description. */
export interface Problem {
  readonly in: 'path' | 'query' | 'body' | 'response' | 'payload';
  /** JSON pointer into the body, or the parameter's name. */
  readonly at: string;
  /** For requests a sentence in GitHub's wording; for what the sandbox sends, what a developer wants to read. */
  readonly message: string;
  /** The keyword of JSON Schema that does not hold. */
  readonly keyword: string;
}
