/**
 * From a seed to random schemas and random concurrent clients, and from what the servers hold afterwards to the differences that must not be. Exists because replicas are to be
 * equal whatever applications send, and nobody thinks of everything that they send.
 */
@NullMarked
package io.understudy.demo.torture;

import org.jspecify.annotations.NullMarked;
