/** {@code understudy cluster} and {@code understudy demo}: from the command line to processes on this machine. */
@NullMarked
package io.understudy.demo;

import org.jspecify.annotations.NullMarked;
