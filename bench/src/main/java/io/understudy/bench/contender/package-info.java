/** What is measured: Understudy and what is beside it, set up alike and started as processes of their own. */
@NullMarked
package io.understudy.bench.contender;

import org.jspecify.annotations.NullMarked;
