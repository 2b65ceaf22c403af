package io.understudy.jdbc;

/**
 * A node as the cluster told of it.
 *
 * @param serving whether it takes part: open master or replica
 */
record Member(String name, boolean master, boolean serving, Address address) {}
