/** From what clients were told and what servers hold to the differences that must not be: lost, doubled and invented writes, and nodes that disagree. */
@NullMarked
package io.understudy.demo.fault;

import org.jspecify.annotations.NullMarked;
