/** One class per chapter of the report: contenders and load to figures. */
@NullMarked
package io.understudy.bench.chapter;

import org.jspecify.annotations.NullMarked;
