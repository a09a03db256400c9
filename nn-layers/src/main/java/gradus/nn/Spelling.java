package gradus.nn;

import java.util.Collection;

/** Suggests the name that was meant. */
final class Spelling {
  private Spelling() {}

  /** As in {@code " (did you mean fc2.bias?)"}; empty if nothing is near. */
  static String hint(String name, Collection<String> candidates) {
    String best = "";
    int least = Math.max(2, name.length() / 3) + 1;
    for (String candidate : candidates) {
      // A prefix in front, as wrappers add it, is one change.
      boolean wrapped = name.endsWith("." + candidate) || candidate.endsWith("." + name);
      int d = wrapped ? 1 : distance(name, candidate);
      if (d < least) {
        least = d;
        best = candidate;
      }
    }
    return best.isEmpty() ? "" : " (did you mean " + best + "?)";
  }

  /** The Levenshtein distance: insertions, deletions and replacements from one to the other. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
