@NullMarked
package io.understudy.demo;

import org.jspecify.annotations.NullMarked;
