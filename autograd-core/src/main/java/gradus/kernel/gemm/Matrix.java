package gradus.kernel.gemm;

/** Where a matrix lies in its array: element {@code [i,j]} at {@code offset + i*row + j*column}. */
record Matrix(Object array, int offset, int row, int column) {
  int at(int i, int j) {
    return offset + i * row + j * column;
  }

  Matrix from(int newOffset) {
    return new Matrix(array, newOffset, row, column);
  }

  Matrix transposed() {
    return new Matrix(array, offset, column, row);
  }
}
