/** {@code bench/run}: measures Understudy beside others on one machine, keeps the figures, and writes docs/performance.md. */
@NullMarked
package io.understudy.bench;

import org.jspecify.annotations.NullMarked;
