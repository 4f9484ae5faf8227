import fc from 'fast-check';

/** Property tests draw the same cases on every run; another FC_SEED explores others. */
fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 20_260_301) });
