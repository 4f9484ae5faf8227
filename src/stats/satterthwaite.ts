/** A part of a variance, and how well it is known. */
export interface VarianceComponent {
  readonly variance: number;
  /** Degrees of freedom of the estimate; Infinity when known. */
  readonly df: number;
}

/**
 * Sum of independent variance estimates and its degrees of freedom after Satterthwaite (1946): (Σv)² / Σ(v²/df).
 * The claim about a change of code adds s²(1/R_c + 1/R_b) with R_c + R_b − 2 to the test set's variance.
 */
export function satterthwaite(components: readonly VarianceComponent[]): VarianceComponent {
  let variance = 0;
  let doubt = 0;
  for (const part of components) {
    variance += part.variance;
    doubt += part.variance ** 2 / part.df;
  }
  return { variance, df: doubt === 0 ? Infinity : variance ** 2 / doubt };
}
