package gradus.kernel.code;

import gradus.formula.Fn;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;

/** How generated code computes: with single numbers, or with as many at a time as fit a vector. */
public abstract sealed class Arithmetic permits Scalars, Vectors {
  /** The type of a number. */
  public final ClassDesc element;

  Arithmetic(ClassDesc element) {
    this.element = element;
  }

  /** The type of arrays of such numbers. */
  public final ClassDesc array() {
    return element.arrayType();
  }

  /** Numbers in a value; a power of two. */
  public abstract int lanes();

  /** The numbers from an index on. */
  public abstract Value load(Value array, Value index);

  public abstract void store(Code code, Value value, Value array, Value index);

  /** One number, in all lanes. */
  public abstract Value broadcast(Value number);

  public final Value constant(double value) {
    ConstantDesc number =
        switch (element.descriptorString()) {
          case "F" -> (float) value;
          case "J" -> (long) value;
          default -> value;
        };
    return broadcast(Value.of(element, number));
  }

  /** A function that is no leaf; conditions have a type of their own. */
  public abstract Value apply(Fn fn, Value... x);

  /** A condition as the number 1 or 0. */
  public abstract Value truth(Value condition);
}
