/** Layers, losses, initialisers, state files. */
module gradus.nn {
  requires transitive gradus.core;
  requires commons.math3;
  requires static org.jspecify;

  exports gradus.nn;
}
