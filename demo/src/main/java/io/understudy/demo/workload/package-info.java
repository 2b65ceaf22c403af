/** From a random choice to a transaction on a cluster, and what the client was told of it: what {@code history} judges. */
@NullMarked
package io.understudy.demo.workload;

import org.jspecify.annotations.NullMarked;
