/**
 * Real PostgreSQL servers from the binaries on Maven Central: from a data directory and settings to a server that runs as an operating system process of its own,
 * with fsync on, and outlives the program that started it. {@link io.understudy.embedded.PostgresServer} is that server;
 * {@link io.understudy.embedded.EmbeddedPostgres} is one for the length of a test. {@link io.understudy.embedded.ServerPicture} is what such a server holds, to
 * be compared with another's.
 */
@NullMarked
package io.understudy.embedded;

import org.jspecify.annotations.NullMarked;
