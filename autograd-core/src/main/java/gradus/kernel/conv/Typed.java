package gradus.kernel.conv;

import gradus.kernel.threads.Scratch;
import java.util.Arrays;

/** The loops that touch elements, once for float[] and once for double[]. */
final class Typed {
  /** Rows that a loop copies faster than a call. */
  private static final int SHORT = 8;

  private Typed() {}

  static Object scratch(Object like, int n) {
    return like instanceof float[] ? Scratch.floats(n) : Scratch.doubles(n);
  }

  static void release(Object array) {
    if (array instanceof float[] x) {
      Scratch.release(x);
    } else {
      Scratch.release((double[]) array);
    }
  }

  static void zero(Object array, int at, int n) {
    if (n > 0) {
      if (array instanceof float[] x) {
        Arrays.fill(x, at, at + n, 0f);
      } else {
        Arrays.fill((double[]) array, at, at + n, 0d);
      }
    }
  }

  /** {@code to[at .. at+n-1] = from[i]}. */
  static void fill(Object to, int at, int n, Object from, int i) {
    if (to instanceof float[] x) {
      Arrays.fill(x, at, at + n, ((float[]) from)[i]);
    } else {
      Arrays.fill((double[]) to, at, at + n, ((double[]) from)[i]);
    }
  }

  /**
   * {@code to[at + i*width + x] = from[fo + i*fromRow + x*step]} for {@code begin <= x < end}, zero
   * for the other x.
   */
  static void rows(
      int rows,
      int width,
      int begin,
      int end,
      Object from,
      int fo,
      int fromRow,
      int step,
      Object to,
      int at) {
    if (to instanceof float[] x) {
      rows(rows, width, begin, end, (float[]) from, fo, fromRow, step, x, at);
    } else {
      rows(rows, width, begin, end, (double[]) from, fo, fromRow, step, (double[]) to, at);
    }
  }

  private static void rows(
      int rows,
      int width,
      int begin,
      int end,
      float[] from,
      int fo,
      int fromRow,
      int step,
      float[] to,
      int at) {
    if (begin == 0 && end == width && step == 1 && fromRow == width) {
      System.arraycopy(from, fo, to, at, rows * width);
      return;
    }
    for (int i = 0; i < rows; i++, at += width, fo += fromRow) {
      for (int x = 0; x < begin; x++) {
        to[at + x] = 0;
      }
      if (step == 1 && end - begin >= SHORT) {
        System.arraycopy(from, fo + begin, to, at + begin, end - begin);
      } else {
        for (int x = begin; x < end; x++) {
          to[at + x] = from[fo + x * step];
        }
      }
      for (int x = end; x < width; x++) {
        to[at + x] = 0;
      }
    }
  }

  private static void rows(
      int rows,
      int width,
      int begin,
      int end,
      double[] from,
      int fo,
      int fromRow,
      int step,
      double[] to,
      int at) {
    if (begin == 0 && end == width && step == 1 && fromRow == width) {
      System.arraycopy(from, fo, to, at, rows * width);
      return;
    }
    for (int i = 0; i < rows; i++, at += width, fo += fromRow) {
      for (int x = 0; x < begin; x++) {
        to[at + x] = 0;
      }
      if (step == 1 && end - begin >= SHORT) {
        System.arraycopy(from, fo + begin, to, at + begin, end - begin);
      } else {
        for (int x = begin; x < end; x++) {
          to[at + x] = from[fo + x * step];
        }
      }
      for (int x = end; x < width; x++) {
        to[at + x] = 0;
      }
    }
  }

  /** {@code to[at + x*step] = from[fo + x]}. */
  static void spread(int n, Object from, int fo, Object to, int at, int step) {
    if (step == 1) {
      System.arraycopy(from, fo, to, at, n);
    } else if (to instanceof float[] y) {
      float[] x = (float[]) from;
      for (int i = 0; i < n; i++) {
        y[at + i * step] = x[fo + i];
      }
    } else {
      double[] x = (double[]) from;
      double[] y = (double[]) to;
      for (int i = 0; i < n; i++) {
        y[at + i * step] = x[fo + i];
      }
    }
  }

  /**
   * A matrix of blocks transposed: {@code to[(c*rows + f)*width + j] = from[fo + (f*columns +
   * c)*size + index[j]]} for {@code f < rows, begin <= c < end}, j over the index.
   */
  static void turn(
      int rows,
      int columns,
      int begin,
      int end,
      int size,
      int[] index,
      Object from,
      int fo,
      Object to,
      int at) {
    int width = index.length;
    for (int f = 0; f < rows; f++) {
      for (int c = begin; c < end; c++) {
        int source = fo + (f * columns + c) * size;
        int target = at + (c * rows + f) * width;
        if (to instanceof float[] y) {
          float[] x = (float[]) from;
          for (int j = 0; j < width; j++) {
            y[target + j] = x[source + index[j]];
          }
        } else {
          double[] x = (double[]) from;
          double[] y = (double[]) to;
          for (int j = 0; j < width; j++) {
            y[target + j] = x[source + index[j]];
          }
        }
      }
    }
  }

  /** {@code to[i] += from[i]}. */
  static void add(int n, Object from, int fo, Object to, int at) {
    if (to instanceof float[] y) {
      float[] x = (float[]) from;
      for (int i = 0; i < n; i++) {
        y[at + i] += x[fo + i];
      }
    } else {
      double[] x = (double[]) from;
      double[] y = (double[]) to;
      for (int i = 0; i < n; i++) {
        y[at + i] += x[fo + i];
      }
    }
  }
}
