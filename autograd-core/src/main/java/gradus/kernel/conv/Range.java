package gradus.kernel.conv;

/**
 * Positions {@code first + i*step}, i below the count, along a dimension of a plane of that size;
 * those from {@code low} to before {@code high} lie inside of it.
 */
record Range(int count, int first, int step, int size, int low, int high) {
  static Range of(int count, int first, int step, int size) {
    int low = Math.clamp(Math.ceilDiv(-first, step), 0, count);
    int high = Math.clamp(Math.ceilDiv(size - first, step), low, count);
    return new Range(count, first, step, size, low, high);
  }

  /**
   * Copies a rectangle of a plane, with zeros where it lies outside: {@code to[at + i*count + j] =
   * source[plane + y*size + x]}.
   *
   * @param rows where the y are
   * @param columns where the x are, and how many of them are the count
   * @param plane less than 0 for one of zeros
   */
  static void copy(Range rows, Range columns, Object source, int plane, Object to, int at) {
    int width = columns.count;
    int begin = columns.low;
    int end = columns.high;
    int low = plane < 0 ? rows.count : rows.low;
    int high = plane < 0 ? rows.count : rows.high;
    int n = high - low;
    int from = plane + (rows.first + low * rows.step) * columns.size + columns.first;
    int next = rows.step * columns.size;
    int target = at + low * width;
    Loops.zero(to, at, low * width);
    if (begin == 0 && end == width && columns.step == 1 && next == width) {
      System.arraycopy(source, n == 0 ? 0 : from, to, target, n * width);
    } else {
      for (int i = 0; i < n; i++, target += width, from += next) {
        Loops.zero(to, target, begin);
        int inside = from + begin * columns.step;
        Loops.copy(end - begin, source, inside, columns.step, to, target + begin, 1);
        Loops.zero(to, target + end, width - end);
      }
    }
    Loops.zero(to, at + high * width, (rows.count - high) * width);
  }
}
