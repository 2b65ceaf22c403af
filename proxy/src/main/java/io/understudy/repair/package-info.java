/**
 * Finding out whether the nodes still hold the same data: a snapshot at one index, checksums of it, and their comparison. Detection only; what is done about a
 * difference is decided elsewhere. Imports {@code replay}'s outcome and {@code backend}'s small query interfaces.
 */
@NullMarked
package io.understudy.repair;

import org.jspecify.annotations.NullMarked;
