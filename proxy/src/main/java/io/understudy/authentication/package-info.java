/**
 * Startup packets and SCRAM messages in; out comes who the client is, what session it wants, and the keys to be the same one at a server. Of the other
 * packages it imports {@code wire} and the {@code backend} credentials only.
 */
@NullMarked
package io.understudy.authentication;

import org.jspecify.annotations.NullMarked;
