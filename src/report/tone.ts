/** How something is meant; shown by word and shape as well as by colour. */
export type Tone = 'good' | 'bad' | 'caution' | 'neutral';
