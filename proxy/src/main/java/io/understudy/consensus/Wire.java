package io.understudy.consensus;

/** Carries messages to other nodes; may lose, delay, double and reorder them. Never waits. */
@FunctionalInterface
interface Wire {
    void send(String node, byte[] message);
}
