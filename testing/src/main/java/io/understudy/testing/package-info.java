/** From what a test needs of a PostgreSQL server to a running one: the only place that knows where it comes from. */
@NullMarked
package io.understudy.testing;

import org.jspecify.annotations.NullMarked;
