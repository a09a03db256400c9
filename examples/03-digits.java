// Training: a network learns to read 1,797 scanned digits of 8 x 8 pixels.
//
//     ./gradus run examples/03-digits.java [--epochs N] [--picture FILE.png]
//
// In the build: --picture target/03-digits.png
// Last line: test accuracy 0\.9\d\d

import module gradus;

void main(String[] args) {
  Gradus.seed(42);
  int epochs = Integer.parseInt(option(args, "--epochs", "40"));

  // The data are in the jar. 70 % to learn from, the rest to be judged by.
  var digits = Digits.load().split(0.7);
  IO.println(
      "%d digits to learn from, %d to test".formatted(digits.train().size(), digits.test().size()));

  // [n, 64] pixels -> [n, 10] scores.
  var net = new Sequential(new Linear(64, 128), new ReLU(), new Dropout(0.2), new Linear(128, 10));
  var adam = new Adam(net.parameters(), 2e-3);
  IO.println(net);

  var losses = new ArrayList<Double>();
  var accuracies = new ArrayList<Double>();
  for (int epoch = 1; epoch <= epochs; epoch++) {
    double sum = 0;
    int steps = 0;
    for (var batch : DataLoader.of(digits.train()).batch(32).shuffle()) {
      adam.zeroGrad();
      var loss = F.crossEntropy(net.call(batch.input()), batch.target());
      loss.backward();
      adam.step();
      sum += loss.item();
      steps++;
    }
    losses.add(sum / steps);
    accuracies.add(Metrics.accuracy(net, digits.test()));
    IO.println(
        "epoch %2d  loss %.4f  test accuracy %.3f"
            .formatted(epoch, losses.getLast(), accuracies.getLast()));
  }

  // What a person wants to see: the curve, and what the network says about digits it never saw.
  var sample = Batch.of(digits.test().take(40));
  var predicted = Metrics.predict(net, sample.input());
  var file = Path.of(option(args, "--picture", "digits.png"));
  var curves =
      Curves.of("loss")
          .line("training", losses)
          .above(Curves.of("test accuracy").line("test", accuracies));
  var grid =
      ImageGrid.of(
          "test digits and what the network reads",
          sample.input().reshape(-1, 8, 8),
          predicted,
          sample.target(),
          digits.test().classes());
  try {
    Picture.of(curves, grid).save(file);
    IO.println("picture: " + file.toAbsolutePath().normalize());
  } catch (IllegalStateException e) { // a system without fonts
    IO.println("no picture: " + e.getMessage());
  }

  // Several measures in one pass over the test digits.
  var loss = new MeanLoss(F::crossEntropy);
  var accuracy = new Accuracy();
  var confusion = new ConfusionMatrix();
  Metrics.evaluate(net, digits.test(), loss, accuracy, confusion);
  IO.println("rows: digits, columns: what the network takes them for\n" + confusion.compute());
  IO.println("test " + loss);
  IO.println("test accuracy %.3f".formatted(accuracy.compute()));
}

/** The value behind a name on the command line. */
String option(String[] args, String name, String otherwise) {
  int at = List.of(args).indexOf(name);
  return at >= 0 && at + 1 < args.length ? args[at + 1] : otherwise;
}
