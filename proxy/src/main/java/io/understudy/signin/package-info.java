/**
 * Who may use the administration API and the console: signed tokens that every node of the cluster accepts, tokens that were given back, and patience with wrong passwords.
 * Knows nothing of HTTP.
 */
@NullMarked
package io.understudy.signin;

import org.jspecify.annotations.NullMarked;
