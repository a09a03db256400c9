// MNIST: 60,000 handwritten digits of 28 x 28 pixels, and a perceptron 784-128-64-10.
//
//     ./gradus run examples/04-mnist.java [--data DIR] [--epochs N]
//
// The files come from DIR, or are downloaded once into the cache folder.
//
// In the build: --quick
// Last line: test accuracy 0\.\d\d\d

import module gradus;

void main(String[] args) {
  Gradus.seed(42);
  int epochs = Integer.parseInt(option(args, "--epochs", "5"));

  Dataset<Sample> train;
  Dataset<Sample> test;
  if (List.of(args).contains("--quick")) {
    // A check of the script itself, without the files: the bundled digits, magnified to 28 x 28.
    var split = Digits.images().split(0.8);
    train = split.train().map(Sample.onInput(x -> magnified(x)));
    test = split.test().map(Sample.onInput(x -> magnified(x)));
    epochs = 2;
  } else {
    var folder = option(args, "--data", null);
    var mnist = (folder == null ? Mnist.load() : Mnist.load(Path.of(folder))).flat();
    train = normalized(mnist.train());
    test = normalized(mnist.test());
  }

  var net =
      new Sequential(
          new Linear(784, 128), new ReLU(), new Linear(128, 64), new ReLU(), new Linear(64, 10));
  var adam = new Adam(net.parameters(), 1e-3);

  for (int epoch = 1; epoch <= epochs; epoch++) {
    adam.setLr(1e-3 * Math.pow(0.6, epoch - 1)); // smaller steps as it settles
    double sum = 0;
    int steps = 0;
    long start = System.nanoTime();
    for (var batch : DataLoader.of(train).batch(64).shuffle().prefetch(4)) {
      adam.zeroGrad();
      var loss = F.crossEntropy(net.call(batch.input()), batch.target());
      loss.backward();
      adam.step();
      sum += loss.item();
      steps++;
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    IO.println("epoch %d  loss %.4f  %.0f steps/s".formatted(epoch, sum / steps, steps / seconds));
  }
  IO.println("test accuracy %.3f".formatted(Metrics.accuracy(net, test)));
}

/** Pixels with mean 0 and standard deviation 1, by the figures of the training set. */
Dataset<Sample> normalized(TensorDataset data) {
  return new TensorDataset(data.inputs().sub(0.1307).div(0.3081), data.targets());
}

/** [1, 8, 8] -> [784]: every pixel becomes 3 x 3, with a margin of 2. */
Tensor magnified(Tensor x) {
  var big = x.reshape(8, 1, 8, 1).expand(8, 3, 8, 3).reshape(24, 24);
  var framed = Tensor.zeros(28, 28);
  framed.slice(0, 2, 26).slice(1, 2, 26).copyInPlace(big);
  return framed.flatten();
}

/** The value behind a name on the command line. */
String option(String[] args, String name, String otherwise) {
  int at = List.of(args).indexOf(name);
  return at >= 0 && at + 1 < args.length ? args[at + 1] : otherwise;
}
