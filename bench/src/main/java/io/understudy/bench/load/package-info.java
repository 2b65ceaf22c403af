/** What works on a contender: pgbench, and what the kernel says of processes meanwhile. */
@NullMarked
package io.understudy.bench.load;

import org.jspecify.annotations.NullMarked;
