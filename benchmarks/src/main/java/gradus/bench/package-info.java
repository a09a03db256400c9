/**
 * Measurements. {@link gradus.bench.Workload} are whole training steps, measured by the protocol
 * under which other systems are measured beside this one; {@link gradus.bench.Operators} are steps
 * of one operator; {@link gradus.bench.Compare} measures both in two builds. The {@code
 * ...Benchmark} classes are single kernels under JMH. What was learnt from them is in {@code
 * benchmarks/NOTES.md}.
 */
@NullMarked
package gradus.bench;

import org.jspecify.annotations.NullMarked;
