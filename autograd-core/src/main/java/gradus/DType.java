package gradus;

import java.util.Arrays;
import java.util.Locale;

/** The element type of a tensor. */
public enum DType {
  /** Truth values, one byte each, 0 or 1. */
  BOOL(1, byte[].class),
  /** Unsigned bytes 0..255: images. */
  UINT8(1, byte[].class),
  INT32(4, int[].class),
  INT64(8, long[].class),
  FLOAT32(4, float[].class),
  FLOAT64(8, double[].class);

  /** The type that holds both of two, as {@code torch.promote_types}: a row and a column each. */
  private static final DType[][] PROMOTED = {
    //           BOOL     UINT8    INT32    INT64    FLOAT32  FLOAT64
    /* BOOL */ {BOOL, UINT8, INT32, INT64, FLOAT32, FLOAT64},
    /* UINT8 */ {UINT8, UINT8, INT32, INT64, FLOAT32, FLOAT64},
    /* INT32 */ {INT32, INT32, INT32, INT64, FLOAT32, FLOAT64},
    /* INT64 */ {INT64, INT64, INT64, INT64, FLOAT32, FLOAT64},
    /* FLOAT32 */ {FLOAT32, FLOAT32, FLOAT32, FLOAT32, FLOAT32, FLOAT64},
    /* FLOAT64 */ {FLOAT64, FLOAT64, FLOAT64, FLOAT64, FLOAT64, FLOAT64}
  };

  private final int bytes;
  private final Class<?> arrayType;

  DType(int bytes, Class<?> arrayType) {
    this.bytes = bytes;
    this.arrayType = arrayType;
  }

  /** Bytes per element. */
  public int bytes() {
    return bytes;
  }

  /** The class of the Java arrays that hold it. */
  public Class<?> arrayType() {
    return arrayType;
  }

  /** Whether gradients exist for it. */
  public boolean isFloating() {
    return this == FLOAT32 || this == FLOAT64;
  }

  /** The type that holds both: {@code torch.promote_types}. */
  public DType promote(DType other) {
    return PROMOTED[ordinal()][other.ordinal()];
  }

  /**
   * The type in which an operator on these tensors computes: that which holds all of their types,
   * where 0-dimensional tensors count only if they are of a higher kind (bool, integer, floating),
   * as in PyTorch: a float32 matrix times a float64 number stays float32.
   */
  public static DType promote(Tensor... tensors) {
    DType result = tensors[0].dtype();
    boolean same = true;
    for (Tensor t : tensors) {
      same &= t.dtype() == result;
    }
    if (same) {
      return result;
    }
    DType dimensioned = BOOL;
    DType numbers = BOOL;
    for (Tensor t : tensors) {
      if (t.rank() > 0) {
        dimensioned = dimensioned.promote(t.dtype());
      } else {
        numbers = numbers.promote(t.dtype());
      }
    }
    return numbers.kind() > dimensioned.kind() ? numbers : dimensioned;
  }

  /**
   * The floating type that all of these operands have.
   *
   * @throws DTypeException if they have several, or one that is not floating
   */
  public static DType floating(String operator, Tensor... in) {
    DType type = in[0].dtype();
    boolean one = type.isFloating();
    for (Tensor t : in) {
      one &= t.dtype() == type;
    }
    if (!one) {
      throw new DTypeException(
          in.length == 1
              ? "%s: needs a floating tensor, got %s; convert with to(FLOAT32)"
                  .formatted(operator, type)
              : "%s: needs operands of one floating type, got %s; convert with to(...)"
                  .formatted(operator, Arrays.stream(in).map(Tensor::dtype).toList()));
    }
    return type;
  }

  private int kind() {
    return this == BOOL ? 0 : isFloating() ? 2 : 1;
  }

  /** As in PyTorch: {@code float32}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
