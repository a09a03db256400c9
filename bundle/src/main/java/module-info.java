/** Everything: a script says {@code import module gradus;} and has it all. */
module gradus {
  requires transitive gradus.core;
  requires transitive gradus.data;
  requires transitive gradus.nn;
  requires transitive gradus.optim;
  requires transitive gradus.train;
  requires static jdk.compiler;
  requires static org.jspecify;
}
