/** Figures as data: runs, medians, bounds, tables, charts, and the JSON files that they are kept in. */
@NullMarked
package io.understudy.bench.figure;

import org.jspecify.annotations.NullMarked;
