package gradus;

import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Tensors as text, as NumPy prints arrays: columns aligned, four decimals, numbers of very
 * different size in scientific notation, rows broken at 80 columns, the middle of long dimensions
 * left out.
 */
final class Printer {
  /** Tensors with more elements are shortened. */
  private static final int THRESHOLD = 1000;

  /** Rows are broken so that no line is longer, as far as one element fits. */
  private static final int COLUMNS = 80;

  /** Elements shown at either end of a shortened dimension. */
  private static final int EDGE = 3;

  private final Tensor tensor;
  private final boolean shortened;
  private final DoubleFunction<String> format;
  private final int width;
  private final StringBuilder text = new StringBuilder();
  private int lineStart;

  private Printer(Tensor tensor) {
    this.tensor = tensor;
    this.shortened = tensor.numel() > THRESHOLD;
    double[] shown = shown(0, tensor.offset()).toArray();
    this.format = format(tensor.dtype(), shown);
    this.width = DoubleStream.of(shown).mapToInt(v -> format.apply(v).length()).max().orElse(0);
  }

  /** The elements, then the type, and whether gradients flow. */
  static String print(Tensor tensor) {
    var printer = new Printer(tensor);
    printer.write(0, tensor.offset(), "");
    printer.text.append("  ").append(tensor.dtype());
    if (tensor.rank() > 0) {
      printer.text.append(' ').append(tensor.shape());
    }
    if (tensor.requiresGrad()) {
      printer.text.append(tensor.isLeaf() ? " requires grad" : " from " + tensor.node);
    }
    return printer.text.toString();
  }

  private DoubleStream shown(int dim, int position) {
    if (dim == tensor.rank()) {
      return DoubleStream.of(tensor.memory().get(position));
    }
    int n = tensor.size(dim);
    int stride = tensor.stride(dim);
    return IntStream.range(0, n)
        .filter(i -> !hidden(i, n))
        .boxed()
        .flatMapToDouble(i -> shown(dim + 1, position + i * stride));
  }

  private boolean hidden(int i, int n) {
    return shortened && n > 2 * EDGE && i >= EDGE && i < n - EDGE;
  }

  private static DoubleFunction<String> format(DType dtype, double... shown) {
    if (dtype == DType.BOOL) {
      return v -> v != 0 ? "true" : "false";
    }
    if (!dtype.isFloating()) {
      return v -> Long.toString((long) v);
    }
    double[] sizes =
        DoubleStream.of(shown).filter(Double::isFinite).map(Math::abs).filter(v -> v > 0).toArray();
    double max = DoubleStream.of(sizes).max().orElse(1);
    double min = DoubleStream.of(sizes).min().orElse(1);
    if (max >= 1e8 || min < 1e-4 || max / min > 1e5) {
      return v -> Double.isFinite(v) ? String.format(Locale.ROOT, "%.4e", v) : special(v);
    }
    boolean whole = DoubleStream.of(sizes).allMatch(v -> v == Math.rint(v));
    String pattern = whole ? "%.0f." : "%.4f";
    return v -> Double.isFinite(v) ? String.format(Locale.ROOT, pattern, v) : special(v);
  }

  private static String special(double v) {
    return Double.isNaN(v) ? "nan" : v > 0 ? "inf" : "-inf";
  }

  private void write(int dim, int position, String indent) {
    if (dim == tensor.rank()) {
      String element =
          tensor.dtype() == DType.INT64
              ? Long.toString(tensor.memory().getLong(position))
              : format.apply(tensor.memory().get(position));
      text.repeat(" ", Math.max(0, width - element.length())).append(element);
      return;
    }
    int n = tensor.size(dim);
    boolean last = dim == tensor.rank() - 1;
    text.append('[');
    for (int i = 0; i < n; i++) {
      boolean gap = hidden(i, n);
      if (i > 0 && last) {
        int more = 1 + (gap ? 3 : width) + (i == n - 1 ? tensor.rank() : 0);
        if (text.length() - lineStart + more > COLUMNS) {
          newLine(1, indent + " ");
        } else {
          text.append(' ');
        }
      } else if (i > 0) {
        newLine(tensor.rank() - 1 - dim, indent + " ");
      }
      if (gap) {
        text.append("...");
        i = n - EDGE - 1;
      } else {
        write(dim + 1, position + i * tensor.stride(dim), indent + " ");
      }
    }
    text.append(']');
  }

  private void newLine(int count, String indent) {
    text.repeat("\n", count);
    lineStart = text.length();
    text.append(indent);
  }
}
