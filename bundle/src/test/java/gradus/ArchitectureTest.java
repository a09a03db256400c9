package gradus;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.core.domain.properties.HasModifiers.Predicates.modifier;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Who may see whom inside the modules; between them the module descriptors decide. The one cycle
 * that is allowed: {@code gradus} and {@code gradus.op} know each other, because {@code x.tanh()}
 * makes an operator and an operator takes tensors.
 */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("gradus");

  @Test
  void allModulesAreLookedAt() {
    for (String name :
        List.of("", ".op", ".tape", ".formula", ".kernel", ".nn", ".optim", ".data")) {
      assertThat(CLASSES.containPackage("gradus" + name)).as("package gradus" + name).isTrue();
    }
  }

  @Test
  void formulasKnowNothingElse() {
    check(
        noClasses()
            .that()
            .resideInAPackage("gradus.formula..")
            .should()
            .dependOnClassesThat(
                resideInAPackage("gradus..").and(not(resideInAPackage("gradus.formula..")))));
  }

  @Test
  void kernelsKnowFormulasAndNoTensor() {
    check(
        noClasses()
            .that()
            .resideInAPackage("gradus.kernel..")
            .should()
            .dependOnClassesThat(
                resideInAPackage("gradus..")
                    .and(not(resideInAnyPackage("gradus.kernel..", "gradus.formula..")))));
  }

  @Test
  void operatorsAloneCallKernels() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages("gradus", "gradus.op..", "gradus.tape", "gradus.kernel..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("gradus.kernel.."));
  }

  @Test
  void theTapeKnowsTheFreeListsAndNoOtherKernel() {
    check(
        noClasses()
            .that()
            .resideInAPackage("gradus.tape")
            .should()
            .dependOnClassesThat(
                resideInAPackage("gradus.kernel..")
                    .and(not(resideInAPackage("gradus.kernel.threads..")))));
  }

  @Test
  void tensorsGiveViewsDrawRandomNumbersAndSetThreadsButCallNoOtherKernel() {
    check(
        noClasses()
            .that()
            .resideInAPackage("gradus")
            .should()
            .dependOnClassesThat(
                resideInAPackage("gradus.kernel..")
                    .and(
                        not(
                            resideInAnyPackage(
                                "gradus.kernel.array..",
                                "gradus.kernel.random..",
                                "gradus.kernel.threads..")))));
  }

  @Test
  void theTapeKnowsTheContractAndNoOperator() {
    check(
        noClasses()
            .that()
            .resideInAPackage("gradus.tape..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("gradus.op.*.."));
  }

  @Test
  void fusionKnowsNoOperator() {
    check(
        noClasses()
            .that()
            .resideInAPackage("gradus.op.fusion")
            .should()
            .dependOnClassesThat(
                resideInAPackage("gradus.op..").and(not(resideInAPackage("gradus.op.fusion")))));
  }

  @Test
  void theModulesAboveUseThePublicPackages() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage("gradus.nn..", "gradus.optim..", "gradus.data..", "gradus.train..")
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(
                        "gradus.kernel..",
                        "gradus.tape..",
                        "gradus.transform..",
                        "gradus.op.fusion")
                    .and(not(simpleName("TensorAccess")))));
    check( // optimizers borrow gradients from it
        noClasses()
            .that()
            .resideInAnyPackage("gradus.nn..", "gradus.data..", "gradus.train..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("gradus.tape.."));
  }

  /** What a script can call names no type of the engine. */
  @Test
  void noPublicSignatureNamesTheEngine() {
    ArchCondition<JavaMethod> nameTheEngine =
        new ArchCondition<>("name a type of the engine") {
          @Override
          public void check(JavaMethod method, ConditionEvents events) {
            method.getAllInvolvedRawTypes().stream()
                .filter(
                    type ->
                        type.getPackageName()
                            .matches(
                                "gradus\\.(tape|transform|op\\.fusion|kernel(?!\\.array))\\b.*"))
                .forEach(
                    type ->
                        events.add(
                            SimpleConditionEvent.satisfied(
                                method, method.getFullName() + " names " + type.getName())));
          }
        };
    ArchRuleDefinition.noMethods()
        .that()
        .arePublic()
        .and()
        .areDeclaredInClassesThat(
            resideInAnyPackage("gradus", "gradus.check", "gradus.formula", "gradus.op..")
                .and(not(resideInAPackage("gradus.op.fusion")))
                .and(modifier(PUBLIC)))
        .should(nameTheEngine)
        .check(CLASSES);
  }

  /**
   * The packages that need each other are those that ARCHITECTURE names: tensors, operators, the
   * tape and its interpreters. Everything else can be read from the bottom up.
   */
  @Test
  void noOtherPackagesNeedEachOther() {
    Map<String, Set<String>> uses = new TreeMap<>();
    for (JavaClass each : CLASSES) {
      Set<String> used = uses.computeIfAbsent(each.getPackageName(), _ -> new TreeSet<>());
      each.getDirectDependenciesFromSelf().stream()
          .map(d -> d.getTargetClass().getPackageName())
          .filter(name -> name.startsWith("gradus") && !name.equals(each.getPackageName()))
          .forEach(used::add);
    }
    assertThat(reachable("gradus.nn", uses)).contains("gradus.kernel.gemm");
    List<String> inCycles =
        uses.keySet().stream().filter(name -> reachable(name, uses).contains(name)).toList();
    assertThat(inCycles).contains("gradus", "gradus.op", "gradus.tape");
    assertThat(inCycles).allMatch(name -> name.matches("gradus(\\.op.*|\\.tape|\\.transform)?"));
  }

  private static Set<String> reachable(String from, Map<String, Set<String>> uses) {
    var found = new TreeSet<String>();
    var stack = new ArrayDeque<>(uses.getOrDefault(from, Set.of()));
    while (!stack.isEmpty()) {
      String next = stack.pop();
      if (found.add(next)) {
        stack.addAll(uses.getOrDefault(next, Set.of()));
      }
    }
    return found;
  }

  @Test
  void kernelsAloneTouchTheVectorApi() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("gradus.kernel..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jdk.incubator.vector.."));
  }

  @Test
  void nobodyPrintsBelowTraining() {
    ArchRule field =
        noClasses()
            .that()
            .resideOutsideOfPackages("gradus.train..", "gradus.launch..")
            .should()
            .accessField(System.class, "out");
    ArchRule io =
        noClasses()
            .that()
            .resideOutsideOfPackages("gradus.train..", "gradus.launch..")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(IO.class);
    check(field);
    check(io);
  }

  @Test
  void everyPackageIsNullMarked() {
    List<Path> packages =
        SourceTree.mainFiles().stream()
            .filter(file -> !file.endsWith("module-info.java"))
            .map(Path::getParent)
            .distinct()
            .toList();

    assertThat(packages).hasSizeGreaterThan(10);
    assertThat(packages.stream().filter(folder -> !nullMarked(folder)).toList())
        .as("packages without a package-info.java that says @NullMarked")
        .isEmpty();
  }

  private static boolean nullMarked(Path folder) {
    Path file = folder.resolve("package-info.java");
    try {
      return Files.exists(file) && Files.readAllLines(file).contains("@NullMarked");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void check(ArchRule rule) {
    rule.check(CLASSES);
  }
}
