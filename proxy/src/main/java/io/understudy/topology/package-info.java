/** What the nodes tell each other and what a node knows of the whole cluster: records only. A leaf. */
@NullMarked
package io.understudy.topology;

import org.jspecify.annotations.NullMarked;
