/** The node: {@code Main} reads the command line, {@code ProxyNode} makes and joins every part. */
@NullMarked
package io.understudy;

import org.jspecify.annotations.NullMarked;
