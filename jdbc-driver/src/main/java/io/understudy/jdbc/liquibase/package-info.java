/** Tells Liquibase which driver class {@code jdbc:understudy:} URLs need. Loaded by Liquibase alone, where it is there. */
@NullMarked
package io.understudy.jdbc.liquibase;

import org.jspecify.annotations.NullMarked;
