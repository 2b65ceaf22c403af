/**
 * The command line: from arguments to a running node, or to a question for a node's administration API and its answer printed. One class per command; it knows
 * nodes only by HTTP and {@code node.yaml}. picocli is known only here.
 */
@NullMarked
package io.understudy.command;

import org.jspecify.annotations.NullMarked;
