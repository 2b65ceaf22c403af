/**
 * Connections from this node to PostgreSQL servers and to other nodes' proxies: HikariCP pools of pgjdbc connections whose sockets are relayed over while they are
 * leased. HikariCP and pgjdbc are known only here. A leaf: of the other packages it imports {@code wire} and {@code log} records only.
 */
@NullMarked
package io.understudy.backend;

import org.jspecify.annotations.NullMarked;
