/**
 * From the text of a statement to one {@link io.understudy.classification.Classification}, after which nobody looks at the SQL again.
 *
 * <p>In this order: {@code Lexer} and {@code Splitter} turn a query string into {@link io.understudy.classification.SqlStatement}s, each with its shape
 * (literals replaced); {@link io.understudy.classification.Classifier} looks the shape up in its caches; on a miss, queries and DML go through
 * {@code Normalizer} (PostgreSQL-only syntax replaced on the token stream) to Calcite, whose tree {@code TreeReader} reads into {@code Facts}; {@code Judge}
 * holds the facts against the database's catalog; {@code Whitelist} decides about the statement form. Everything that starts with another keyword is
 * decided by {@code Utilities} and its neighbours. What nothing understands is a write. Calcite is known only here.
 */
@NullMarked
package io.understudy.classification;

import org.jspecify.annotations.NullMarked;
