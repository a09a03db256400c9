/** Training loops, metrics, progress, plots. */
module gradus.train {
  requires transitive gradus.data;
  requires transitive gradus.nn;
  requires transitive gradus.optim;
  requires java.desktop;
  requires me.tongfei.progressbar;
  requires xchart;
  requires static org.jspecify;
}
