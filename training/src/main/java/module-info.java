/** Training loops, metrics, progress, plots. */
module gradus.train {
  requires transitive gradus.data;
  requires transitive gradus.nn;
  requires transitive gradus.optim;
  // Not transitive: scripts import whole modules, and java.awt.List would then stand beside
  // java.util.List.
  requires java.desktop;
  requires me.tongfei.progressbar;
  requires xchart;
  requires static org.jspecify;

  exports gradus.train;
}
