package io.understudy.command;

import io.understudy.config.NodeConfig;

/** Runs a node. */
@FunctionalInterface
public interface NodeLauncher {

    /** Starts a node with that configuration and returns when it has ended. */
    void run(NodeConfig config) throws Exception;
}
