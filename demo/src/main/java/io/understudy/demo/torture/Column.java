package io.understudy.demo.torture;

/**
 * A column that clients write.
 *
 * @param name in SQL
 * @param type of its values
 * @param assigned whether clients may give it a value (not generated, not an identity that is always generated)
 */
record Column(String name, ColumnType type, boolean assigned) {}
