// Tensors: making them, looking at them, computing with them.
//
//     ./gradus run examples/01-tensors.java
//
// Last line: the mean of all is 5\.5

import module gradus;

void main() {
  // A tensor is an n-dimensional array of numbers. Java arrays of any depth become one.
  var m = Tensor.of(new double[][] {{1, 2, 3}, {4, 5, 6}});
  IO.println("m =\n" + m);
  IO.println("shape %s, type %s, %d elements".formatted(m.shape(), m.dtype(), m.numel()));

  // Factories, as in NumPy and PyTorch. Plain numbers are float32, plain indices int64.
  IO.println("\nzeros, ones and a range:");
  IO.println(Tensor.zeros(2, 2));
  IO.println(Tensor.ones(3));
  IO.println(Tensor.arange(5));

  // Random numbers follow from the seed, on every machine and with any number of threads.
  Gradus.seed(42);
  IO.println("\nrandn(2, 3) =\n" + Tensor.randn(2, 3));

  // Operators work element by element. Shapes broadcast: sizes of 1 stretch, from the right.
  var row = Tensor.of(10, 20, 30);
  IO.println("\nm + row =\n" + m.add(row));
  IO.println("m squared =\n" + m.square());
  IO.println("where m > 3, else 0 =\n" + Tensor.where(m.gt(3), m, Tensor.scalar(0)));

  // Views look at the same elements and cost nothing: transposes, slices, reshapes.
  var t = m.transpose();
  IO.println("\nm transposed =\n" + t);
  IO.println("its second row: " + t.select(0, 1));
  IO.println("columns 1 and 2 of m =\n" + m.slice(1, 1, 3));
  m.set(-1, 0, 1);
  IO.println("after m[0, 1] = -1 the view shows it: " + t.select(0, 1));
  m.set(2, 0, 1);

  // Matrix products, and folds over dimensions.
  IO.println("\nm @ m' =\n" + m.matmul(m.transpose()));
  IO.println("sum over rows: " + m.sum(0));
  IO.println("mean of each row, kept as a column =\n" + m.mean(1, true));

  // Shapes that do not fit are refused with the reason.
  try {
    m.matmul(m);
  } catch (ShapeException e) {
    IO.println("\n" + e.getMessage());
  }

  // And back to Java: single numbers by item(), arrays by toArray().
  float[][] array = (float[][]) m.toArray();
  IO.println("\nback in Java: " + Arrays.deepToString(array));
  IO.println("the mean of all is " + Tensor.arange(1, 11, 1, DType.FLOAT32).mean().item());
}
