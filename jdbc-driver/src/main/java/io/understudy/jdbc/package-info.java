/**
 * The JDBC driver for {@code jdbc:understudy:} URLs. It opens connections by pgjdbc, to whichever node of the cluster is well and least used, and carries causal tokens from one connection to
 * the others of the same data source. From whole to parts: {@link io.understudy.jdbc.UnderstudyDriver} reads a URL, finds the {@code Cluster} that all connections with the same URL and user share,
 * and has a {@code Connector} open a connection at one of its nodes; a {@code Session} stands beside each connection, with the {@code Link} to a node behind it, which {@code Failover} replaces when it is lost; and handlers of {@link java.lang.reflect.Proxy} stand before
 * pgjdbc's objects.
 */
@NullMarked
package io.understudy.jdbc;

import org.jspecify.annotations.NullMarked;
