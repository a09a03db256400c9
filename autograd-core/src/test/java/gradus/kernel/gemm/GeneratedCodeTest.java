package gradus.kernel.gemm;

import static org.assertj.core.api.Assertions.assertThat;

import gradus.kernel.code.KernelClass;
import gradus.kernel.code.Vectors;
import gradus.kernel.gemm.MicroKernel.Form;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sizes between which the compilers treat a method well. */
class GeneratedCodeTest {
  private static final int INLINED_UP_TO = 325; // the default of -XX:FreqInlineSize
  private static final int REFUSED_FROM = 3_000;

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void microKernelsAreCompiledOnTheirOwn(int bits) {
    for (boolean isDouble : new boolean[] {false, true}) {
      GemmLoops element = isDouble ? new DoubleGemmLoops() : new FloatGemmLoops();
      MicroKernels kernels = new MicroKernels(element, bits, true);
      for (int vectors = 1; vectors <= MicroKernels.WIDEST; vectors++) {
        for (int rows = 1; rows <= kernels.rows(vectors); rows++) {
          for (Form form : Form.values()) {
            var code = new Vectors(isDouble, bits);
            check(new MicroKernelCompiler(code, rows, vectors, form).kernel());
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void moversAreCompiledOnTheirOwn(int bits) {
    check(PackKernelCompiler.mover(new Vectors(false, bits)));
    check(PackKernelCompiler.mover(new Vectors(true, bits)));
  }

  private static void check(KernelClass<?> kernel) {
    int checked = 0;
    for (MethodModel method : ClassFile.of().parse(kernel.bytes()).methods()) {
      if (!method.methodName().stringValue().startsWith("<")) {
        int length = method.findAttribute(Attributes.code()).orElseThrow().codeLength();
        assertThat(length)
            .as("bytecodes of %s", method.methodName())
            .isGreaterThan(INLINED_UP_TO)
            .isLessThan(REFUSED_FROM);
        checked++;
      }
    }
    assertThat(checked).isPositive();
  }
}
