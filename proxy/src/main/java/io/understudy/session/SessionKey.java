package io.understudy.session;

/**
 * By what a client's later cancel request finds its session.
 *
 * @param secret not to be changed
 */
record SessionKey(int pid, byte[] secret) {}
