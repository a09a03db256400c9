package gradus.data;

/** What a data set is called in messages. */
final class Description {
  private Description() {}

  /** Those here as they print; any other, which may print all that it has, by its class. */
  static String of(Dataset<?> data) {
    return switch (data) {
      case TensorDataset _, Subset<?> _, Mapped<?, ?> _, Listed<?> _ -> data.toString();
      default -> "%s(%d samples)".formatted(name(data.getClass()), data.size());
    };
  }

  private static String name(Class<?> type) {
    return type.isAnonymousClass() ? "Dataset" : type.getSimpleName();
  }
}
