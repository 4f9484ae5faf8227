/** Files of a release that Slipway writes itself. */
export const MANIFEST_NAME = 'manifest.json';
export const METRICS_NAME = 'metrics.json';
export const CARD_NAME = 'model-card.md';
