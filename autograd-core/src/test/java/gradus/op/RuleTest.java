package gradus.op;

import static gradus.Autograd.ALLOW_UNUSED;
import static gradus.Autograd.CREATE_GRAPH;
import static org.assertj.core.api.Assertions.assertThat;

import gradus.Autograd;
import gradus.DType;
import gradus.Shape;
import gradus.Tensor;
import gradus.formula.Expr;
import gradus.tape.Node;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The rule of operators: they are records of settings. No operator has a tensor or anything that
 * can change as component, and equal settings make equal operators, formulas included.
 */
class RuleTest {
  @Test
  void operatorsAreRecordsOfSettings() throws Exception {
    var violators = new ArrayList<String>();
    int operators = 0;
    for (Class<?> c : Coverage.classes("gradus")) {
      boolean concrete = !c.isInterface() && !Modifier.isAbstract(c.getModifiers());
      if (Primitive.class.isAssignableFrom(c) && concrete && c != Formula.class) {
        operators++;
        String why = violation(c);
        if (why != null) {
          violators.add(c.getName() + ": " + why);
        }
      }
    }
    assertThat(operators).isGreaterThan(50);
    assertThat(violators).isEmpty();
  }

  /** Why a class is no record of settings; null if it is. */
  private static @Nullable String violation(Class<?> c) {
    if (!c.isRecord()) {
      return "no record";
    }
    for (RecordComponent component : c.getRecordComponents()) {
      if (!isSetting(component.getGenericType())) {
        return "%s %s".formatted(component.getGenericType().getTypeName(), component.getName());
      }
    }
    return null;
  }

  /** Whether values of a type cannot change, and are equal if they say the same. */
  private static boolean isSetting(Type type) {
    if (type instanceof ParameterizedType of) {
      return of.getRawType() == List.class
          && Arrays.stream(of.getActualTypeArguments()).allMatch(RuleTest::isSetting);
    }
    return type instanceof Class<?> c
        && (c.isPrimitive()
            || c.isEnum()
            || List.of(Integer.class, Long.class, Double.class, Boolean.class).contains(c)
            || List.of(String.class, Shape.class, Expr.class).contains(c)
            || Primitive.class.isAssignableFrom(c)
            || c.isSealed()
                && Arrays.stream(c.getPermittedSubclasses()).allMatch(RuleTest::isSetting)
            || c.isRecord() && violation(c) == null);
  }

  private sealed interface Kind {
    record Plain(int a) implements Kind {}

    record WithBytes(byte[] a) implements Kind {}
  }

  @Test
  void theRuleTellsSettingsFromState() {
    record Settings(int a, DType b, Shape c, List<Integer> d, @Nullable Formula e) {}
    record Nested(Settings settings, Op op) {}
    record WithTensor(int a, Tensor b) {}
    record WithTensors(List<Tensor> tensors) {}
    record WithArray(double[] a) {}
    record WithState(AtomicReference<Integer> a) {}
    record WithFunction(UnaryOperator<Tensor> f) {}
    record NestedTensor(WithTensor a) {}
    record WithKinds(Kind kind) {}
    assertThat(violation(Settings.class)).isNull();
    assertThat(violation(Nested.class)).isNull();
    for (Class<?> c :
        List.of(
            WithTensor.class,
            WithTensors.class,
            WithArray.class,
            WithState.class,
            WithFunction.class,
            NestedTensor.class,
            WithKinds.class,
            Random.class)) {
      assertThat(violation(c)).as(c.getSimpleName()).isNotNull();
    }
  }

  @Test
  void formulasWithOneMeaningAreEqual() {
    assertEqual(() -> Formula.of("f", x -> x.exp().mul(2)));
    assertEqual(() -> Formula.of("f", (a, b) -> a.mul(b).add(a)));
    assertEqual(() -> Formula.of("f", 1, 2, (x, s) -> x[0].mul(s[0]).add(s[1])).with(2, 3));
    assertEqual(() -> Formula.of("f", x -> x.exp()).derivative((x, y, g) -> g.mul(y)));
    Formula f = Formula.of("f", x -> x.exp());
    assertThat(f).isNotEqualTo(Formula.of("g", x -> x.exp()));
    assertThat(f).isNotEqualTo(Formula.of("f", x -> x.expm1()));
    assertThat(f).isNotEqualTo(f.derivative((x, y, g) -> g.mul(y)));
    Formula scaled = Formula.of("f", 1, 1, (x, s) -> x[0].mul(s[0]));
    assertThat(scaled.with(2)).isNotEqualTo(scaled.with(3));
  }

  private static void assertEqual(Supplier<Formula> made) {
    assertThat(made.get()).isEqualTo(made.get()).hasSameHashCodeAs(made.get());
  }

  /** Who does the same twice makes equal operators, also those of its derivative. */
  @Test
  void equalProgramsMakeEqualOperators() {
    for (OpCase c : OpCases.all()) {
      if (c.differentiable) {
        Tensor[] in = c.samples().getFirst();
        List<Primitive> once = operators(c.op, in);
        List<Primitive> again = operators(c.op, in);
        assertThat(once).as(c.name).isNotEmpty().isEqualTo(again);
        once.forEach(RuleTest::requireUnchangeable);
        assertThat(once.stream().map(Object::hashCode).toList())
            .as(c.name)
            .isEqualTo(again.stream().map(Object::hashCode).toList());
      }
    }
  }

  /** Lists among the settings are those of {@link List#copyOf}, which nobody can change. */
  private static void requireUnchangeable(Object value) {
    if (value instanceof List<?> list) {
      assertThat(list == List.copyOf(list)).as("%s is a list that cannot change", list).isTrue();
      list.forEach(RuleTest::requireUnchangeable);
    } else if (value instanceof Record) {
      for (RecordComponent component : value.getClass().getRecordComponents()) {
        try {
          var accessor = component.getAccessor();
          accessor.setAccessible(true);
          Object setting = accessor.invoke(value);
          if (setting != null) {
            requireUnchangeable(setting);
          }
        } catch (ReflectiveOperationException e) {
          throw new AssertionError(e);
        }
      }
    }
  }

  /** The operators of a result and of its recorded gradients. */
  private static List<Primitive> operators(Function<Tensor[], Tensor> f, Tensor... in) {
    Tensor[] x =
        Arrays.stream(in)
            .map(t -> t.detach().requiresGrad(t.dtype().isFloating()))
            .toArray(Tensor[]::new);
    Tensor y = f.apply(x);
    Tensor w = Tensor.onesLike(y).requiresGrad(true);
    List<Tensor> wanted = Arrays.stream(x).filter(Tensor::requiresGrad).toList();
    var made = new ArrayList<Node.Operation>(Coverage.operations(y));
    for (Tensor g : Autograd.grad(y, w, wanted, CREATE_GRAPH, ALLOW_UNUSED)) {
      made.addAll(Coverage.operations(g));
    }
    return made.stream().map(Node.Operation::op).toList();
  }
}
