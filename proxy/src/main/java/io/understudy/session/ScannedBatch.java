package io.understudy.session;

import io.understudy.classification.Classification;
import io.understudy.classification.Classification.AskOutcome;
import io.understudy.classification.Classifier;
import io.understudy.classification.PinReason;
import io.understudy.classification.SessionStatement;
import io.understudy.classification.SqlStatement;
import io.understudy.classification.TransactionControl;
import io.understudy.log.LoggedStatement.Parameter;
import io.understudy.wire.ProtocolException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A batch of extended messages with the names in it resolved: which statement each message is about, as if they had run in order. Stops at the first message that
 * cannot be right.
 */
final class ScannedBatch {
    private final SessionState session;
    private final StatementIds ids;
    private final Classifier classifier;
    private final MessageBatch batch;
    private final List<String> searchPath;
    private @Nullable Prepared[] about = new Prepared[16];
    private @Nullable Portal[] portals = new Portal[16];
    private int good;
    /** Whether settings will be others by the time that what comes next is prepared. */
    private boolean settingsChange;

    private @Nullable StatementFailure failure;

    ScannedBatch(
            SessionState session, StatementIds ids, Classifier classifier, MessageBatch batch, List<String> searchPath)
            throws ProtocolException {
        this.session = session;
        this.ids = ids;
        this.classifier = classifier;
        this.batch = batch;
        this.searchPath = searchPath;
        int n = batch.count();
        if (n > about.length) {
            about = new Prepared[n];
            portals = new Portal[n];
        }
        for (good = 0; good < n; good++) {
            try {
                scan(good);
            } catch (StatementFailure f) {
                failure = f;
                break;
            }
        }
    }

    MessageBatch batch() {
        return batch;
    }

    /** How many messages are right, from the first. */
    int good() {
        return good;
    }

    /** Why the message after the good ones is not. */
    @Nullable
    StatementFailure failure() {
        return failure;
    }

    @Nullable
    Prepared about(int i) {
        return about[i];
    }

    /** What an Execute runs. */
    @Nullable
    Portal portal(int i) {
        return portals[i];
    }

    /** Whether the statement of a Describe has its one argument as a parameter. */
    boolean parameterOf(int i) {
        return about[i] instanceof Prepared p
                && p.classification() instanceof AskOutcome
                && p.sql() != null
                && AskOutcome.literal(p.sql()).isEmpty();
    }

    /** The argument of the {@link AskOutcome} that an Execute runs, empty if it is null or there is none. */
    String argument(int i) {
        Portal portal = portals[i];
        if (portal == null || !(portal.prepared().classification() instanceof AskOutcome)) {
            return "";
        }
        SqlStatement sql = portal.prepared().sql();
        return AskOutcome.literal(Objects.requireNonNull(sql))
                .orElseGet(() -> portal.parameters().stream()
                        .map(Parameter::value)
                        .filter(Objects::nonNull)
                        .map(v -> new String(v, session.told.charset()))
                        .findFirst()
                        .orElse(""));
    }

    /** Whether a Describe or Close names a portal. */
    boolean ofPortal(int i) {
        return batch.data()[batch.body(i)] == 'P';
    }

    /** Whether the message is about BEGIN, COMMIT or the like, which the proxy answers itself. */
    @Nullable
    Classification local(int i) {
        Prepared p = about[i];
        return p != null && Locally.answered(p.classification()) ? p.classification() : null;
    }

    private void scan(int i) throws ProtocolException, StatementFailure {
        int at = batch.body(i);
        switch (batch.type(i)) {
            case 'P' -> about[i] = parse(i, at);
            case 'B' -> about[i] = bind(i, at);
            case 'D' -> {
                batch.need(i, at, 2);
                about[i] = ofPortal(i) ? ofPortalNamed(batch.string(i, at + 1)) : named(batch.string(i, at + 1));
            }
            case 'E' -> {
                Portal p = session.portals.get(batch.string(i, at));
                portals[i] = p;
                about[i] = p == null ? null : p.prepared();
            }
            case 'C' -> {
                batch.need(i, at, 2);
                String name = batch.string(i, at + 1);
                if (ofPortal(i)) {
                    about[i] = ofPortalNamed(name);
                    session.portals.remove(name);
                } else {
                    session.prepared.remove(name);
                }
            }
            default -> {}
        }
    }

    private @Nullable Prepared ofPortalNamed(String name) {
        Portal p = session.portals.get(name);
        return p == null ? null : p.prepared();
    }

    private Prepared parse(int i, int at) throws ProtocolException, StatementFailure {
        String name = batch.string(i, at);
        int sqlAt = batch.after(i, at);
        String sql = batch.text(i, sqlAt, session.told.charset());
        int typesAt = batch.after(i, sqlAt);
        int n = batch.int16(i, typesAt);
        int[] types = new int[n];
        batch.need(i, typesAt + 2, 4 * n);
        for (int k = 0; k < n; k++) {
            types[k] = batch.int32(i, typesAt + 2 + 4 * k);
        }
        if (!name.isEmpty() && session.prepared.containsKey(name)) {
            throw new StatementFailure("42P05", "prepared statement \"" + name + "\" already exists", "");
        }
        List<SqlStatement> statements = Classifier.split(sql, session.told.standardStrings());
        if (statements.size() > 1) {
            throw new StatementFailure("42601", "cannot insert multiple commands into a prepared statement", "");
        }
        long version = classifier.catalogVersion();
        SqlStatement statement = statements.isEmpty() ? null : statements.getFirst();
        Classification c = statement == null ? new Classification.Empty() : classifier.classify(statement, searchPath);
        if (c instanceof Classification.Refused r) {
            throw new StatementFailure(r.sqlState(), r.message(), r.hint());
        }
        String text = statement == null ? sql : Passwords.hidden(statement, c);
        String sent = statement == null ? sql : text + statement.end();
        boolean alone = settingsChange || session.hasHiddenState();
        long id = alone ? ids.unshared() : ids.of(sent, types, version, session.settingsInEffect());
        settingsChange |= c instanceof SessionStatement
                || c.pins().contains(PinReason.SETTING)
                || c instanceof TransactionControl && session.block != null && !session.block.settings.isEmpty();
        Prepared p = new Prepared(id, name.isEmpty(), text, sent, statement, types, c, version);
        session.prepared.put(name, p);
        return p;
    }

    private Prepared named(String name) throws StatementFailure {
        Prepared p = session.prepared.get(name);
        if (p == null) {
            throw new StatementFailure(
                    "26000",
                    name.isEmpty()
                            ? "unnamed prepared statement does not exist"
                            : "prepared statement \"" + name + "\" does not exist",
                    "");
        }
        long version = classifier.catalogVersion();
        if ((p.catalogVersion() != version || classifier.doubtful()) && p.sql() != null) {
            p = p.classifiedAgain(classifier.classify(p.sql(), searchPath), version);
            session.prepared.put(name, p);
        }
        return p;
    }

    private Prepared bind(int i, int at) throws ProtocolException, StatementFailure {
        String portal = batch.string(i, at);
        int nameAt = batch.after(i, at);
        Prepared p = named(batch.string(i, nameAt));
        boolean wanted = p.classification() instanceof Classification.Write || p.classification() instanceof AskOutcome;
        boolean kept = !batch.isSpooled(i);
        session.portals.put(
                portal, new Portal(p, wanted && kept ? parameters(i, batch.after(i, nameAt)) : List.of(), kept));
        return p;
    }

    private List<Parameter> parameters(int i, int at) throws ProtocolException {
        int formats = batch.int16(i, at);
        int formatsAt = at + 2;
        batch.need(i, formatsAt, 2 * formats);
        int p = formatsAt + 2 * formats;
        int n = batch.int16(i, p);
        p += 2;
        List<Parameter> parameters = new ArrayList<>(n);
        for (int k = 0; k < n; k++) {
            int length = batch.int32(i, p);
            p += 4;
            byte @Nullable [] value = null;
            if (length >= 0) {
                batch.need(i, p, length);
                value = Arrays.copyOfRange(batch.data(), p, p + length);
                p += length;
            }
            int format =
                    formats == 0 ? 0 : batch.int16(i, formatsAt + 2 * (formats == 1 ? 0 : Math.min(k, formats - 1)));
            parameters.add(new Parameter(0, format == 1, value));
        }
        return parameters;
    }

    /** Whether message {@code i} must travel apart from those before it: DDL, and what is answered locally. */
    boolean apart(int i) {
        Prepared p = about[i];
        return p != null
                && (p.classification() instanceof Classification.Ddl
                        || p.classification() instanceof TransactionControl);
    }
}
