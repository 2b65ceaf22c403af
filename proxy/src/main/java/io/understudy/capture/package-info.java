/**
 * Capture on the master: from the images that triggers left in {@code understudy.change} to the net row changes of an entry, and what must be true in the database for
 * that (triggers on every table, the crash mark, sequence ceilings). Exists so that nobody else knows how changes are found. It asks through
 * {@code backend.Queries} inside the client's own transaction, reads {@code catalog} records and gives {@code log} records.
 */
@NullMarked
package io.understudy.capture;

import org.jspecify.annotations.NullMarked;
