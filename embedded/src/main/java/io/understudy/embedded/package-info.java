@NullMarked
package io.understudy.embedded;

import org.jspecify.annotations.NullMarked;
