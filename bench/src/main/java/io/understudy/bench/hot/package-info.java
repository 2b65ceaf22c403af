/** Benchmarks of hot code, run by JMH. */
@NullMarked
package io.understudy.bench.hot;

import org.jspecify.annotations.NullMarked;
