package io.understudy.session;

import io.understudy.backend.Backend;
import io.understudy.classification.Classification;
import io.understudy.classification.SqlStatement;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * One statement of a simple query.
 *
 * @param text what is sent to servers, but for its end
 * @param last of its query string
 */
record SimpleWork(
        SessionState session,
        SqlStatement statement,
        String text,
        Classification decisive,
        long catalogVersion,
        boolean alone,
        boolean last)
        implements Work {
    private static final int[] NO_TYPES = {};

    @Override
    public long bytes() {
        return text.length();
    }

    @Override
    public void plan(Backend backend, Answers answers) {
        answers.add(Answers.QUERY, 0);
    }

    @Override
    public void write(Backend backend) throws IOException {
        SimpleCommand.send(backend, text + statement.end());
    }

    @Override
    public byte[] error(byte[] frame, byte kind, long about) {
        return ClientTerms.place(frame, statement.charactersBefore());
    }

    @Override
    public void ran(Lease lease, Relay.Watch watch) {
        String tag = watch.completions.isEmpty() ? "" : watch.completions.getLast();
        AfterEffects.of(
                session,
                lease,
                new AfterEffects.Ran(statement, text, List.of(), NO_TYPES, true),
                decisive,
                tag,
                catalogVersion);
    }

    @Override
    public Optional<String> ddl() {
        return decisive instanceof Classification.Ddl ? Optional.of(text) : Optional.empty();
    }

    @Override
    public List<SqlStatement> statements() {
        return List.of(statement);
    }

    @Override
    public void executed(MeasuredRuns to) {
        to.add(statement, decisive);
    }

    @Override
    public boolean completesQuery() {
        return last;
    }
}
