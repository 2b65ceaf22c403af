package io.understudy;

import io.understudy.command.LostMajority;
import io.understudy.config.NodeConfig;
import io.understudy.config.NodeConfig.Peer;
import io.understudy.consensus.LeftLog;
import java.io.IOException;

/** The log in a node's data directory. */
final class LogOfNode implements LostMajority {
    @Override
    public Left look(NodeConfig config) throws IOException {
        try (LeftLog log = open(config)) {
            return new Left(log.node(), log.members(), log.lastIndex(), log.committedIndex(), log.lastWrite());
        }
    }

    @Override
    public void goOn(NodeConfig config) throws IOException {
        try (LeftLog log = open(config)) {
            log.goOnWith(config.nodes().stream().map(Peer::name).toList());
        }
    }

    private static LeftLog open(NodeConfig config) throws IOException {
        LeftLog log = new LeftLog(config.dataDirectory());
        if (!log.node().equals(config.node())) {
            log.close();
            throw new IOException(
                    config.dataDirectory() + " is of node " + log.node() + ", the settings are of " + config.node());
        }
        return log;
    }
}
