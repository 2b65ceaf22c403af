/**
 * One client's life: messages in, the pipeline over classification, route, execution and back. {@link io.understudy.session.ClientSession} is the conductor;
 * nothing imports this package but the wiring.
 */
@NullMarked
package io.understudy.session;

import org.jspecify.annotations.NullMarked;
