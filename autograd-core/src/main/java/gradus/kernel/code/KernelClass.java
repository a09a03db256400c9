package gradus.kernel.code;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.CLASS_INIT_NAME;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A hidden class in the making: it extends an abstract class by generated bodies of its methods.
 *
 * @param <T> the abstract class
 */
public final class KernelClass<T> {
  /** Where the initializer of a generated class, run by this thread, leaves its instance. */
  private static final ThreadLocal<@Nullable Object> LATEST = new ThreadLocal<>();

  private final MethodHandles.Lookup lookup;
  private final Class<T> parent;
  private final ClassDesc self;
  private final Map<String, Value> constants = new LinkedHashMap<>();
  private final Map<String, Consumer<Code>> methods = new LinkedHashMap<>();

  /**
   * @param lookup of a class beside the abstract class
   * @param form follows the name of the abstract class, for people to read
   */
  public KernelClass(MethodHandles.Lookup lookup, Class<T> parent, String form) {
    this.lookup = lookup;
    this.parent = parent;
    this.self = ClassDesc.of(parent.getName() + form);
  }

  /** A value that is computed once, when the class is made. */
  public Value constant(Value value) {
    String name = "CONSTANT_" + constants.size();
    constants.put(name, value);
    return Value.field(self, name, value.type);
  }

  /** The body of an abstract method without a result, which is the only one of its name. */
  public KernelClass<T> method(String name, Consumer<Code> body) {
    methods.put(name, body);
    return this;
  }

  /**
   * The instance of the class, by the constructor that takes such numbers. The class initializer
   * hands it over: no reflection, which is slow to start.
   *
   * @throws LinkageError if the class uses the Vector API and there is none
   */
  public T make(int... arguments) {
    try {
      lookup.defineHiddenClass(bytes(arguments), true);
      return parent.cast(Objects.requireNonNull(LATEST.get()));
    } catch (IllegalAccessException e) {
      throw new AssertionError("the lookup is of a class beside " + parent, e);
    } finally {
      LATEST.remove();
    }
  }

  /** Called by generated classes. */
  public static void handOver(Object made) {
    LATEST.set(made);
  }

  /** The class file. */
  public byte[] bytes(int... arguments) {
    return ClassFile.of().build(self, type -> members(type, arguments));
  }

  private void members(ClassBuilder type, int[] arguments) {
    type.withSuperclass(desc(parent)).withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
    constants.forEach(
        (name, value) ->
            type.withField(name, value.type, ClassFile.ACC_STATIC | ClassFile.ACC_FINAL));
    type.withMethodBody(INIT_NAME, MTD_void, 0, code -> construct(code, arguments));
    type.withMethodBody(CLASS_INIT_NAME, MTD_void, ClassFile.ACC_STATIC, this::initialize);
    methods.forEach(
        (name, body) -> {
          MethodTypeDesc types = types(name);
          type.withMethodBody(
              name,
              types,
              0,
              code -> {
                body.accept(new Code(code, types));
                code.return_();
              });
        });
  }

  private void construct(CodeBuilder code, int[] arguments) {
    code.aload(0);
    for (int each : arguments) {
      code.loadConstant(each);
    }
    List<ClassDesc> ints = Collections.nCopies(arguments.length, CD_int);
    code.invokespecial(desc(parent), INIT_NAME, MethodTypeDesc.of(CD_void, ints)).return_();
  }

  private void initialize(CodeBuilder code) {
    constants.forEach(
        (name, value) -> {
          value.push(code);
          code.putstatic(self, name, value.type);
        });
    code.new_(self).dup().invokespecial(self, INIT_NAME, MTD_void);
    code.invokestatic(desc(KernelClass.class), "handOver", MethodTypeDesc.of(CD_void, CD_Object));
    code.return_();
  }

  private MethodTypeDesc types(String name) {
    for (Method each : parent.getDeclaredMethods()) {
      if (each.getName().equals(name) && Modifier.isAbstract(each.getModifiers())) {
        return MethodTypeDesc.ofDescriptor(
            MethodType.methodType(void.class, each.getParameterTypes()).descriptorString());
      }
    }
    throw new AssertionError(parent + " has no abstract method " + name);
  }

  private static ClassDesc desc(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }
}
