/** Layers, losses, initialisers, state files. */
module gradus.nn {
  requires transitive gradus.core;
  requires static org.jspecify;
}
