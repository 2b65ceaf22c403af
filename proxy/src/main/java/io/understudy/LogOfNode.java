package io.understudy;

import io.understudy.adoption.Adoption;
import io.understudy.adoption.Programs;
import io.understudy.classification.Classifier;
import io.understudy.classification.SqlStatement;
import io.understudy.command.StoppedNode;
import io.understudy.config.NodeConfig;
import io.understudy.config.NodeConfig.Peer;
import io.understudy.consensus.LeftLog;
import io.understudy.log.Form.Ddl;
import io.understudy.log.LoggedStatement;
import io.understudy.log.SessionContext;
import io.understudy.replay.AdoptedLog;
import io.understudy.replay.AdoptedLog.Committed;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The log in a node's data directory. */
final class LogOfNode implements StoppedNode {
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

    @Override
    public long finish(NodeConfig config, Adoption adoption, Programs programs, Consumer<String> told)
            throws IOException, SQLException, InterruptedException {
        try (LeftLog left = open(config)) {
            told.accept("ending others' sessions; who connects from now on can only read");
            adoption.close();
            AdoptedLog log = new AdoptedLog(left.base(), left::read, left.lastIndex());
            Optional<Committed> last = log.lastTransaction();
            if (last.isPresent() && !adoption.has(last.get().index(), last.get().xid())) {
                throw new IOException("the database does not have the last transaction of the log, entry "
                        + last.get().index()
                        + ": start the node once more, which brings it there, stop it, and try again");
            }
            told.accept("reading the schema");
            SessionContext context = new SessionContext(config.postgres().user(), Map.of("search_path", ""));
            List<Ddl> schema = adoption.schema(programs, LogOfNode::split).stream()
                    .map(sql -> new Ddl(new LoggedStatement(sql, List.of(), -1), context))
                    .toList();
            told.accept("beginning the log anew with its " + schema.size() + " statements");
            adoption.finishing(log.index());
            left.beginAgain(log.state(schema));
            adoption.finished(log.index());
            return log.index();
        }
    }

    private static List<String> split(String sql) {
        return Classifier.split(sql).stream().map(SqlStatement::text).toList();
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
