package gradus.kernel.threads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentCacheTest {
  private static final int MOST = 4;

  private final RecentCache<List<Integer>, Object> cache =
      new RecentCache<>(MOST, List::copyOf, _ -> new Object());

  @Test
  void whatIsAskedForStaysAndTheRestIsForgotten() {
    Object often = cache.get(List.of(-1));
    Object once = cache.get(List.of(0));
    for (int i = 1; i < 5 * MOST; i++) {
      cache.get(List.of(i));
      assertSame(often, cache.get(List.of(-1)));
    }
    assertNotSame(once, cache.get(List.of(0)));
    int known = cache.values().size();
    assertEquals(known, cache.values().stream().distinct().count());
    assertTrue(known <= 2 * MOST);
  }

  @Test
  void aKeyMayChangeAfterwards() {
    var key = new ArrayList<>(List.of(1));
    Object one = cache.get(key);
    key.set(0, 2);
    assertNotSame(one, cache.get(key));
    assertSame(one, cache.get(List.of(1)));
  }
}
