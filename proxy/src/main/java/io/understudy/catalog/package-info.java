/**
 * What the database says about itself (relations, functions, whether anything in it is volatile), and the migrations of Understudy's own schema in it.
 * Flyway is known only here. A leaf.
 */
@NullMarked
package io.understudy.catalog;

import org.jspecify.annotations.NullMarked;
