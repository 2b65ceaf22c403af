/** PostgreSQL's frontend/backend protocol, version 3: bytes to messages and back. A leaf: knows neither sessions nor servers. */
@NullMarked
package io.understudy.wire;

import org.jspecify.annotations.NullMarked;
