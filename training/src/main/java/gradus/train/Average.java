package gradus.train;

/** How a score of each class becomes one of all. */
public enum Average {
  /** The mean over the classes that occur, each counted alike. */
  MACRO,
  /** The score of all decisions together, whatever their class. */
  MICRO,
  /** The mean over the classes, each counted as often as it is the target. */
  WEIGHTED
}
