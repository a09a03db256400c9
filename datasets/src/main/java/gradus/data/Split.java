package gradus.data;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * A data set cut in two.
 *
 * @param train what a network learns from
 * @param test what it is judged by, and never sees before
 */
public record Split<S>(Dataset<S> train, Dataset<S> test) {

  /** How many of {@code n} samples a fraction is, rounded. */
  static int share(String operator, double fraction, int n) {
    if (!(fraction > 0 && fraction < 1)) {
      throw new IllegalArgumentException(
          "%s: the fraction for training must lie between 0 and 1, got %s"
              .formatted(operator, fraction));
    }
    return (int) Math.round(fraction * n);
  }

  /** {@code train} and {@code test} samples at random; a negative {@code test} takes the rest. */
  static <S> Split<S> random(Dataset<S> data, int train, int test) {
    int n = data.size();
    int rest = test < 0 ? n - train : test;
    if (train < 0 || (long) train + rest > n) {
      throw new IllegalArgumentException(
          "split: cannot take %d and %d samples out of %d".formatted(train, rest, n));
    }
    int[] order = Order.random().of(n);
    return new Split<>(
        data.subset(Arrays.copyOf(order, train)),
        data.subset(Arrays.copyOfRange(order, train, train + rest)));
  }

  /**
   * Goes through the samples in random order and gives each to the training set until that has its
   * quota of the class.
   */
  static <S> Split<S> stratified(
      Dataset<S> data, double fraction, ToLongFunction<? super S> label) {
    int n = data.size();
    int train = share("stratifiedSplit", fraction, n);
    long[] labels = labels(data, label);
    Map<Long, Integer> quota = quotas(labels, fraction, train);
    int[] first = new int[train];
    int[] second = new int[n - train];
    int a = 0;
    int b = 0;
    for (int i : Order.random().of(n)) {
      if (quota.merge(labels[i], -1, Integer::sum) >= 0) {
        first[a++] = i;
      } else {
        second[b++] = i;
      }
    }
    return new Split<>(data.subset(first), data.subset(second));
  }

  private static <S> long[] labels(Dataset<S> data, ToLongFunction<? super S> label) {
    long[] labels = new long[data.size()];
    for (int i = 0; i < labels.length; i++) {
      try {
        labels[i] = label.applyAsLong(data.get(i));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "stratifiedSplit: needs the class of each sample, sample %d: %s; use split(...)"
                .formatted(i, e.getMessage()),
            e);
      }
    }
    return labels;
  }

  /**
   * How many of each class the training set gets: its share rounded down, and one more where most
   * was rounded off, until they add up (the method of largest remainders; the lower class wins
   * ties).
   */
  private static Map<Long, Integer> quotas(long[] labels, double fraction, int train) {
    var members = new TreeMap<Long, Integer>();
    for (long label : labels) {
      members.merge(label, 1, Integer::sum);
    }
    var quotas = new TreeMap<Long, Integer>();
    members.forEach((label, count) -> quotas.put(label, (int) (fraction * count)));
    int left = train - quotas.values().stream().mapToInt(q -> q).sum();
    members.entrySet().stream()
        .sorted(
            Map.Entry.comparingByValue(
                (p, q) -> Double.compare(cut(fraction, q), cut(fraction, p))))
        .limit(left)
        .forEach(e -> quotas.merge(e.getKey(), 1, Integer::sum));
    return quotas;
  }

  private static double cut(double fraction, int count) {
    return fraction * count - (int) (fraction * count);
  }

  /** As {@code Split(train=1258 samples, test=539 samples)}. */
  @Override
  public String toString() {
    return "Split(train=%d samples, test=%d samples)".formatted(train.size(), test.size());
  }
}
