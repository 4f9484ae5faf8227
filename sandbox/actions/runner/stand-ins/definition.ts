import type { Kit } from './kit.ts';

/** Inputs, outputs and hooks as an `action.yml` declares them. */
export interface ActionManifest {
  readonly name: string;
  /** Input → default; a required input has none. */
  readonly inputs: Readonly<Record<string, InputDeclaration>>;
  readonly outputs: readonly string[];
  /** Condition of `post`; always where absent. */
  readonly postIf?: string;
}

export interface InputDeclaration {
  readonly default?: string;
  readonly required?: boolean;
  readonly deprecated?: string;
}

/** An action of our own that takes the place of one of GitHub's. */
export interface StandIn {
  readonly manifest: ActionManifest;
  readonly main: (kit: Kit) => Promise<void> | void;
  readonly post?: (kit: Kit) => Promise<void> | void;
}
