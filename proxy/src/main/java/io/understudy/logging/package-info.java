/** What a line of the node's own log is like: from events of the logging library to bytes. Nothing to do with the statement log. */
@NullMarked
package io.understudy.logging;

import org.jspecify.annotations.NullMarked;
