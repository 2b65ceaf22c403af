/**
 * Settings of a node: from {@code node.yaml} to {@link io.understudy.config.NodeConfig} and back, read once at start. A leaf.
 */
@NullMarked
package io.understudy.config;

import org.jspecify.annotations.NullMarked;
