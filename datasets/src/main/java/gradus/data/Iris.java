package gradus.data;

import java.util.List;

/**
 * 150 iris flowers of three species, four lengths each, bundled: nothing is downloaded.
 *
 * <p>R. A. Fisher, Iris, UCI Machine Learning Repository, 1936, doi 10.24432/C56C76; CC BY 4.0. The
 * values are those of Fisher's paper; the copy in the repository differs in two rows.
 */
public final class Iris {
  /** What the four numbers of an input are. */
  public static final List<String> FEATURES =
      List.of("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)");

  private static final List<String> SPECIES = List.of("setosa", "versicolor", "virginica");

  private Iris() {}

  /** Inputs float32 [4] in cm, targets int64, 50 samples of each species in turn. */
  public static TensorDataset load() {
    TensorDataset table = Digits.resource("iris.csv").label(4).read();
    return new TensorDataset(table.inputs(), table.targets(), SPECIES);
  }
}
