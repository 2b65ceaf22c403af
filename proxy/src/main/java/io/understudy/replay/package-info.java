/**
 * Committed entries of the statement log become the local database and its applied index. {@link io.understudy.replay.ApplyLoop} judges each entry
 * by the log alone, gives this node's own transactions their turn to commit and hands everything else to {@link io.understudy.replay.Replayer},
 * which holds the one switch from an entry to SQL. Imports {@code log} records and {@code backend}'s small query interfaces.
 */
@NullMarked
package io.understudy.replay;

import org.jspecify.annotations.NullMarked;
