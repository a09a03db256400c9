/**
 * Measurements. {@link gradus.bench.Workload} are whole training steps, measured by the protocol
 * under which other systems are measured beside this one; the {@code ...Benchmark} classes are
 * single kernels under JMH. What was learnt from them is in {@code benchmarks/NOTES.md}.
 */
@NullMarked
package gradus.bench;

import org.jspecify.annotations.NullMarked;
