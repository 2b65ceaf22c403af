/** Tells Flyway that {@code jdbc:understudy:} is PostgreSQL. Loaded by Flyway alone, where it is there. */
@NullMarked
package io.understudy.jdbc.flyway;

import org.jspecify.annotations.NullMarked;
