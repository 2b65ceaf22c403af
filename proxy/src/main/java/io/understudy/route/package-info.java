/** Where a statement runs: what classification, session and topology say goes in, a {@link Route} comes out. Pure: no I/O, no clock. */
@NullMarked
package io.understudy.route;

import org.jspecify.annotations.NullMarked;
