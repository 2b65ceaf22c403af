/** From what clients did, and were told, and what servers hold in the end, to what of it a sound database would not do. Pure: no connections, no clock. */
@NullMarked
package io.understudy.demo.history;

import org.jspecify.annotations.NullMarked;
