/** The demo: from nothing to a cluster under work, a killed master, a verdict and an exit code. */
@NullMarked
package io.understudy.demo.story;

import org.jspecify.annotations.NullMarked;
