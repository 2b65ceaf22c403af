/** A PostgreSQL server before it becomes a node's and after it was one: what its database has that Understudy limits or refuses, how Understudy's own things leave it again, and dumps without them. */
@NullMarked
package io.understudy.adoption;

import org.jspecify.annotations.NullMarked;
