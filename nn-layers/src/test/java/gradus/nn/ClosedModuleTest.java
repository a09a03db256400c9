package gradus.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.Tensor;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers in a named module, which must open their package. */
class ClosedModuleTest {
  private static final String SOURCE =
      """
      package app;

      import gradus.Tensor;
      import gradus.nn.*;
      import java.util.function.Supplier;

      public class Layers implements Supplier<Layer[]> {
        record Block(Linear fc) implements Layer {
          public Tensor forward(Tensor x) {
            return fc.forward(x);
          }
        }

        public Layer[] get() {
          var linear = new Linear(2, 2);
          double factor = 2;
          Layer layer = linear;
          return new Layer[] {
            new Block(linear), linear::forward, x -> x.mul(factor), x -> layer.forward(x)
          };
        }
      }
      """;

  @TempDir private Path folder;

  /** Compiles the module and loads it above the class path, which has no names. */
  private Layer[] layers(String opens) throws Exception {
    Path descriptor = folder.resolve("module-info.java");
    Path source = folder.resolve("app/Layers.java");
    Files.createDirectories(source.getParent());
    Files.writeString(descriptor, "module app { exports app; %s }".formatted(opens));
    Files.writeString(source, SOURCE);
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-nowarn",
                "-proc:none",
                "--add-reads",
                "app=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                folder.toString(),
                descriptor.toString(),
                source.toString());
    assertThat(result).isZero();
    Configuration configuration =
        ModuleLayer.boot()
            .configuration()
            .resolve(ModuleFinder.of(folder), ModuleFinder.of(), Set.of("app"));
    ClassLoader loader = ClosedModuleTest.class.getClassLoader();
    ModuleLayer.Controller layer =
        ModuleLayer.defineModulesWithOneLoader(configuration, List.of(ModuleLayer.boot()), loader);
    Module app = layer.layer().findModule("app").orElseThrow();
    layer.addReads(app, loader.getUnnamedModule());
    Object made = app.getClassLoader().loadClass("app.Layers").getConstructor().newInstance();
    return (Layer[]) ((Supplier<?>) made).get();
  }

  @Test
  void aClosedPackageIsToldHowToOpen() throws Exception {
    Layer[] layers = layers("");

    assertThatThrownBy(() -> new Sequential(layers[0]).parameters())
        .isInstanceOf(LayerException.class)
        .hasMessage(
            "Block.fc is closed to Gradus: add this line to the module-info.java of module"
                + " app:%n    opens app;".formatted());
    for (Layer hiding : List.of(layers[1], layers[3])) {
      assertThatThrownBy(() -> new Sequential(hiding).parameters())
          .isInstanceOf(LayerException.class)
          .hasMessageStartingWith("what a function captures is closed to Gradus");
    }
    var harmless = new Sequential(layers[2], Tensor::tanh);
    assertThat(harmless.parameters()).isEmpty();
  }

  @Test
  void anOpenPackageIsRead() throws Exception {
    Layer[] layers = layers("opens app;");

    assertThat(new Sequential(layers[0]).namedParameters())
        .containsOnlyKeys("0.fc.weight", "0.fc.bias");
    assertThatThrownBy(() -> new Sequential(layers[1]).parameters())
        .hasMessageContaining("lambda or method reference that captures");
  }
}
