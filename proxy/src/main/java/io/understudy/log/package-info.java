/**
 * The statement log as everyone else sees it: what an {@link Entry} holds, its encoding, and {@link StatementLog}, the
 * small interface behind which consensus lives. A leaf: it imports nothing of the other packages.
 */
@NullMarked
package io.understudy.log;

import org.jspecify.annotations.NullMarked;
