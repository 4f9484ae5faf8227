/** The whole unprivileged half as one step: `predict` trains first what was not trained before it. */
export { predict as run } from './predict.ts';
