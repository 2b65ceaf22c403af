/**
 * The control loop that decides who is master: observations in, a {@link io.understudy.mastership.Decision} out (pure), then the action: assign, open, close, switch over.
 */
@NullMarked
package io.understudy.mastership;

import org.jspecify.annotations.NullMarked;
