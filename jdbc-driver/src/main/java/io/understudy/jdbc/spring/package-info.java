/** Tells Spring Boot which driver class {@code jdbc:understudy:} URLs need. Loaded by Spring Boot alone, where it is there. */
@NullMarked
package io.understudy.jdbc.spring;

import org.jspecify.annotations.NullMarked;
