/** The log of events: what happened to this node and what it saw happen, for people. A leaf. */
@NullMarked
package io.understudy.event;

import org.jspecify.annotations.NullMarked;
