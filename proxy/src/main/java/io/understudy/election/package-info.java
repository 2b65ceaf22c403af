/** How masters came to be: from the log's assignments and what nodes saw happen to a list that people can read. Decides nothing. */
@NullMarked
package io.understudy.election;

import org.jspecify.annotations.NullMarked;
