/** Optimizers, schedules, clipping. */
module gradus.optim {
  requires transitive gradus.core;
  requires static org.jspecify;

  exports gradus.optim;
}
