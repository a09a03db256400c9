/** Data sets, loaders, transforms. */
module gradus.data {
  requires transitive gradus.core;
  requires de.siegmar.fastcsv;
  requires static org.jspecify;

  exports gradus.data;
}
