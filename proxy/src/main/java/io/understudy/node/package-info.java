/** The parts joined: what one node is made of. Only {@code io.understudy.Main} imports it. */
@NullMarked
package io.understudy.node;

import org.jspecify.annotations.NullMarked;
