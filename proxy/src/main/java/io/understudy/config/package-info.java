/** Settings of a node, read once at start from {@code node.yaml}. A leaf. */
@NullMarked
package io.understudy.config;

import org.jspecify.annotations.NullMarked;
