package gradus.data;

import gradus.Gradus;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * One pass through a loader, in the scope in which it was made. With prefetching, the batches under
 * way wait in a queue in the order of the epoch; each virtual thread makes one batch and ends, so
 * that a pass which is given up leaves nothing behind.
 */
final class Epoch<B> implements Iterator<B> {
  private final Iterator<Callable<B>> batches;
  private final int ahead;
  private final Queue<FutureTask<B>> underWay = new ArrayDeque<>();
  private final Runnable look = Gradus.inScope(this::look);
  private final Runnable begin = Gradus.inScope(this::begin);
  private boolean more; // as the source said when no batch was under way
  private int begun;

  /**
   * A pass.
   *
   * @param batches the tasks that make the batches
   * @param ahead how many batches may be under way beside the one that is waited for
   */
  Epoch(Iterator<Callable<B>> batches, int ahead) {
    this.batches = batches;
    this.ahead = ahead;
  }

  @Override
  public boolean hasNext() {
    if (underWay.isEmpty()) {
      look.run();
    }
    return more || !underWay.isEmpty();
  }

  private void look() {
    more = batches.hasNext();
  }

  @Override
  public B next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the epoch of %d batches is over".formatted(begun));
    }
    begin.run();
    return result(underWay.remove());
  }

  /** Begins batches until enough are under way; without prefetching the one is made here. */
  private void begin() {
    boolean more = true;
    while (more && underWay.size() <= ahead) {
      more = beginNext();
    }
    this.more = false;
  }

  /**
   * Begins the next batch, if there is one; where reading it fails, it fails when its turn comes.
   */
  private boolean beginNext() {
    try {
      if (batches.hasNext()) {
        start(batches.next());
        return true;
      }
    } catch (RuntimeException e) {
      start(
          () -> {
            throw e;
          });
    }
    return false;
  }

  private void start(Callable<B> batch) {
    var task = new FutureTask<>(Gradus.inScope(batch));
    underWay.add(task);
    if (ahead == 0) {
      task.run();
    } else {
      Thread.ofVirtual().name("gradus-batch-" + begun).start(task);
    }
    begun++;
  }

  private static <B> B result(FutureTask<B> task) {
    try {
      return task.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw new IllegalStateException(e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a batch", e);
    }
  }
}
