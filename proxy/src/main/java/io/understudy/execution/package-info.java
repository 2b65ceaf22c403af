/**
 * Write transactions on the master: from the first statement to a committed entry. The commit protocol of the design lives here: seal, gap check, append, ordered local commit, repair.
 */
@NullMarked
package io.understudy.execution;

import org.jspecify.annotations.NullMarked;
