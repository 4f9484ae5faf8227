import type { Action } from './action.ts';

/**
 * Every action by its folder below `actions/` (`run` is the repository's own action.yml), loaded when it is asked for:
 * one that needs little starts at once.
 */
export const ACTIONS = {
  preflight: async () => (await import('./preflight.ts')).preflight,
  run: async () => (await import('./run.ts')).run,
  train: async () => (await import('./train.ts')).train,
  predict: async () => (await import('./predict.ts')).predict,
  plan: async () => (await import('./plan.ts')).plan,
  evaluate: async () => (await import('./evaluate.ts')).evaluate,
  register: async () => (await import('./register.ts')).register,
  reconcile: async () => (await import('./reconcile.ts')).reconcile,
  setup: async () => (await import('./setup.ts')).setup,
} satisfies Readonly<Record<string, () => Promise<Action>>>;

export type ActionName = keyof typeof ACTIONS;

/** Whether an action of this name is shipped. */
export function isAction(name: string): name is ActionName {
  return Object.hasOwn(ACTIONS, name);
}
