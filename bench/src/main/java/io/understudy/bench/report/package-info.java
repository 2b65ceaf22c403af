/** Kept figures to docs/performance.md and its charts; measures nothing. */
@NullMarked
package io.understudy.bench.report;

import org.jspecify.annotations.NullMarked;
