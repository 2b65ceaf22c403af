package io.understudy.session;

import io.understudy.backend.Backend;
import io.understudy.classification.Classification;
import io.understudy.classification.SessionStatement;
import io.understudy.classification.SqlStatement;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * RESET: brings a setting back to what the client connected with, which a shared connection does not know by itself.
 *
 * @param alone whether it is all there is to its query string or Sync
 */
record ResetWork(SessionState session, SessionStatement.Reset reset, boolean alone) implements Work {
    private static final int[] NO_TYPES = {};

    @Override
    public Classification decisive() {
        return reset;
    }

    @Override
    public long catalogVersion() {
        return Long.MAX_VALUE;
    }

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public void plan(Backend backend, Answers answers) {
        answers.add(Answers.SETTING, 0);
    }

    @Override
    public void write(Backend backend) throws IOException {
        SimpleCommand.send(backend, session.settings.resetting(reset.name()));
    }

    @Override
    public void ran(Lease lease, Relay.Watch watch) {
        AfterEffects.of(session, lease, new AfterEffects.Ran(null, "", List.of(), NO_TYPES, true), reset, "", 0);
    }

    @Override
    public Optional<String> ddl() {
        return Optional.empty();
    }

    @Override
    public List<SqlStatement> statements() {
        return List.of();
    }

    @Override
    public boolean completesQuery() {
        return false;
    }
}
