package gradus.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gradus.Generator;
import gradus.Gradus;
import gradus.ShapeException;
import gradus.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Samples and batches of other types than the usual pairs, and samples without numbers. */
@Timeout(60)
class CollateTest {
  private static Dataset<Sample> counting(int n) {
    return new TensorDataset(Tensor.arange(n), Tensor.arange(n));
  }

  /** What is neither input nor target: a text and its length. */
  private record Word(String text, int length) {}

  /** Words of a batch, padded to the longest. */
  private record Padded(List<String> texts, int longest) {
    static Padded of(List<Word> words) {
      int longest = words.stream().mapToInt(Word::length).max().orElseThrow();
      return new Padded(
          words.stream().map(w -> w.text + ".".repeat(longest - w.length)).toList(), longest);
    }
  }

  private static List<Word> words() {
    return Stream.of("a", "bbb", "cc", "dddd", "ee").map(w -> new Word(w, w.length())).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void samplesOfAnyTypeBecomeBatchesOfAnyType(int ahead) {
    DataLoader<Padded> loader =
        DataLoader.of(Dataset.of(words()), Padded::of).batch(2).prefetch(ahead);
    assertThat(loader)
        .containsExactly(
            new Padded(List.of("a..", "bbb"), 3),
            new Padded(List.of("cc..", "dddd"), 4),
            new Padded(List.of("ee"), 2));
    assertThat(loader.size()).isEqualTo(3);
    var texts = new ArrayList<String>();
    for (Map<String, List<String>> batch :
        DataLoader.of(
                Dataset.of(words()),
                samples -> Map.of("texts", samples.stream().map(Word::text).toList()))
            .batch(3)
            .shuffle()
            .prefetch(ahead)) {
      texts.addAll(batch.get("texts"));
    }
    assertThat(texts).containsExactlyInAnyOrder("a", "bbb", "cc", "dddd", "ee");
  }

  @Test
  void pairsMayBeCollatedOtherwise() {
    DataLoader<Tensor> inputs =
        DataLoader.of(
                counting(4),
                samples -> Tensor.stack(samples.stream().map(Sample::input).toList(), 0))
            .batch(3);
    var found = new ArrayList<long[]>();
    inputs.forEach(t -> found.add(t.toLongs()));
    assertThat(found).containsExactly(new long[] {0, 1, 2}, new long[] {3});
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 100})
  void samplesMayComeOneAfterTheOther(int ahead) {
    var epochs = new AtomicInteger();
    Iterable<Word> stream =
        () -> {
          epochs.incrementAndGet();
          return words().iterator();
        };
    var loader = DataLoader.of(stream, Padded::of).batch(2).prefetch(ahead);
    for (int epoch = 1; epoch <= 2; epoch++) {
      assertThat(loader).hasSize(3).first().isEqualTo(new Padded(List.of("a..", "bbb"), 3));
      assertThat(loader.dropLast()).hasSize(2).last().extracting(Padded::longest).isEqualTo(4);
    }
    assertThat(epochs.get()).isGreaterThanOrEqualTo(4);
    assertThat(DataLoader.of(List.<Sample>of()).batch(2)).isEmpty();
    Iterable<Sample> pairs = List.of(counting(3).get(2), counting(3).get(0));
    assertThat(DataLoader.of(pairs).batch(5).prefetch(ahead))
        .extracting(b -> b.target().toLongs())
        .containsExactly(new long[] {2, 0});
  }

  @Test
  void whatHasNoNumbersIsNeitherShuffledNorCounted() {
    var loader = DataLoader.of(words(), Padded::of);
    assertThatThrownBy(loader::shuffle)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("use Dataset.of(list)");
    assertThatThrownBy(() -> loader.shuffle(new Generator(1)))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(loader::size)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("size: the number of samples of an Iterable is not known");
  }

  /** Each word is read in the scope of the iteration, and never earlier than it may be. */
  @Test
  void aStreamIsReadInTheScopeAndByTheThreadOfTheIteration() {
    var scope = Gradus.scope().generator(new Generator(9)).threads(5);
    Generator inside = scope.call(Generator::current);
    var seen = ConcurrentHashMap.newKeySet();
    var threads = ConcurrentHashMap.newKeySet();
    var read = new AtomicInteger();
    Iterable<Word> stream =
        () ->
            words().stream()
                .peek(
                    w -> {
                      seen.add(Generator.current());
                      threads.add(Thread.currentThread());
                      read.incrementAndGet();
                    })
                .iterator();
    var batches = scope.call(() -> DataLoader.of(stream, Padded::of).prefetch(2).iterator());
    assertThat(read.get()).isZero();
    assertThat(batches.next().longest()).isEqualTo(1);
    assertThat(read.get()).isLessThanOrEqualTo(4);
    batches.forEachRemaining(b -> {});
    assertThat(read).hasValue(5);
    assertThat(seen).containsExactly(inside);
    assertThat(threads).containsExactly(Thread.currentThread());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, Integer.MAX_VALUE})
  void aStreamThatBreaksBreaksWhereItsBatchWouldBe(int ahead) {
    Iterable<Word> stream =
        () ->
            Stream.concat(
                    words().stream(),
                    Stream.generate(
                        () -> {
                          throw new IllegalStateException("line 6 is broken");
                        }))
                .iterator();
    var batches = DataLoader.of(stream, Padded::of).batch(2).prefetch(ahead).iterator();
    assertThat(batches.next().longest()).isEqualTo(3);
    assertThat(batches.next().longest()).isEqualTo(4);
    assertThatThrownBy(
            () -> {
              if (batches.hasNext()) {
                batches.next();
              }
            })
        .hasMessage("line 6 is broken");
  }

  @Test
  void samplesThatDifferInShapeAreNamed() {
    Dataset<Sample> ragged =
        counting(20).map(s -> s.withInput(Tensor.zeros(s.target().itemLong() == 13 ? 4 : 3)));
    assertThatThrownBy(() -> DataLoader.of(ragged.subset(5, 6, 13)).batch(3).iterator().next())
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "batch of Subset(3 of Mapped(TensorDataset(20 samples: int64 [] -> int64 []))): the"
                + " inputs must have one shape, but sample 0 has [3] and sample 2 has [4]; make them"
                + " equally large (pad, crop), or give the loader a collate function:"
                + " DataLoader.of(data, samples -> ...)");
    Dataset<Sample> targets =
        new Dataset<>() {
          @Override
          public int size() {
            return 2;
          }

          @Override
          public Sample get(int index) {
            return new Sample(Tensor.zeros(1), Tensor.zeros(index, 2));
          }
        };
    assertThatThrownBy(() -> DataLoader.of(targets).batch(2).prefetch(1).iterator().next())
        .isInstanceOf(ShapeException.class)
        .hasMessageStartingWith(
            "batch of Dataset(2 samples): the targets must have one shape, but sample 0 has [0, 2]"
                + " and sample 1 has [1, 2]");
    assertThatThrownBy(() -> Batch.of(List.of(targets.get(0), targets.get(0), targets.get(1))))
        .hasMessageContaining(
            "batch: the targets must have one shape, but sample 0 has [0, 2] and sample 2");
    assertThatThrownBy(() -> Batch.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("batch: needs at least one sample");
  }

  @Test
  void aStreamHasNoSizeAndPrintsSo() {
    var stream = DataLoader.of(words(), Padded::of);
    assertThat(stream.spliterator().getExactSizeIfKnown()).isEqualTo(-1);
    assertThat(StreamSupport.stream(stream.spliterator(), false)).hasSize(5);
    assertThat(stream.dropLast())
        .hasToString("DataLoader(Iterable, batch=1, shuffle=false, dropLast=true, prefetch=0)");
  }
}
