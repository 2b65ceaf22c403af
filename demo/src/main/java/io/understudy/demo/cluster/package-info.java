/**
 * A whole cluster on this machine: from a directory and a number of nodes to proxies and PostgreSQL servers, each a process of its own that outlives whoever
 * started it, and back to none.
 */
@NullMarked
package io.understudy.demo.cluster;

import org.jspecify.annotations.NullMarked;
