import fc from 'fast-check';

/** Properties see the same inputs at every run, so that a failure is a change's; `PULLWHY_SEED=$RANDOM npm test` looks further. */
fc.configureGlobal({ seed: Number(process.env.PULLWHY_SEED ?? 20_261_120) });

export { fc };
