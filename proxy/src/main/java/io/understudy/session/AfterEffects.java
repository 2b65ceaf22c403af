package io.understudy.session;

import io.understudy.classification.Classification;
import io.understudy.classification.PinReason;
import io.understudy.classification.SessionStatement;
import io.understudy.classification.SqlStatement;
import io.understudy.classification.StatementForm;
import io.understudy.classification.TransactionControl;
import io.understudy.execution.Repeatable;
import io.understudy.log.Form;
import io.understudy.log.LoggedStatement;
import io.understudy.log.LoggedStatement.Parameter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a statement that has run leaves to remember: settings, pins, what the entry will say of it. */
final class AfterEffects {
    private AfterEffects() {}

    /**
     * What ran.
     *
     * @param statement null if there is nothing in it
     * @param text as it was sent to the server
     * @param types declared parameter types
     * @param parametersKept false if they were too long to be kept
     */
    record Ran(
            @Nullable SqlStatement statement,
            String text,
            List<Parameter> parameters,
            int[] types,
            boolean parametersKept) {}

    /** @param tag its command tag, empty if it gave none */
    static void of(SessionState session, Lease lease, Ran ran, Classification c, String tag, long catalogVersion) {
        String sql = ran.text();
        Block block = session.block;
        switch (c) {
            case SessionStatement.Set set -> setting(session, lease, set, sql);
            case SessionStatement.Reset reset -> setting(session, lease, reset, sql);
            case SessionStatement.SetRole role -> {
                // To its own role is where a session is anyway; Flyway does that at its end.
                boolean own = role.role().isEmpty() || role.role().get().equals(session.user.name());
                if (!role.local() && !own) {
                    session.pin(java.util.Set.of(PinReason.SETTING));
                }
            }
            case SessionStatement.SetSessionAuthorization a -> {
                if (!a.local()) {
                    session.pin(java.util.Set.of(PinReason.SETTING));
                }
            }
            case SessionStatement.Discard d -> {
                if (d.what().equals("all")) {
                    discardedAll(session, lease);
                }
            }
            case SessionStatement.Deallocate d -> {
                if (d.name().isEmpty()) {
                    deallocatedAll(session, lease);
                }
            }
            case TransactionControl.RollbackTo r -> {
                if (block != null) {
                    block.rolledBackToSavepoint = !block.settings.isEmpty();
                }
            }
            default -> {}
        }
        session.pin(c.pins());
        if (lease instanceof Lease.Writing w) {
            if (c instanceof SessionStatement s && changesContext(s)) {
                w.transaction().contextChanged();
            }
            wrote(session, w, ran, c, tag, catalogVersion);
        }
    }

    /** Whether statements may mean something else, or run as somebody else, from here on. */
    private static boolean changesContext(SessionStatement s) {
        return switch (s) {
            case SessionStatement.Set set -> true;
            case SessionStatement.Reset reset -> true;
            case SessionStatement.SetRole role -> true;
            case SessionStatement.SetSessionAuthorization a -> true;
            case SessionStatement.Discard d -> true;
            default -> false;
        };
    }

    /** To be kept now, or when its transaction commits. */
    private static void setting(SessionState session, Lease lease, SessionStatement s, String sql) {
        Block block = session.block;
        if (block != null) {
            block.settings.add(new Block.Setting(s, sql));
        } else {
            TrackedSettings.keep(session, new Block.Setting(s, sql));
            lease.backend().settingsFingerprint(session.settings.fingerprint());
        }
    }

    /** Statements that the client prepared by messages are gone, too; the unnamed one stays. What other sessions have prepared here is gone with them. */
    private static void deallocatedAll(SessionState session, Lease lease) {
        session.prepared.keySet().removeIf(name -> !name.isEmpty());
        lease.backend().forgetPrepared();
    }

    private static void discardedAll(SessionState session, Lease lease) {
        session.pins.clear();
        session.prepared.clear();
        session.portals.clear();
        session.settings.reset("all");
        session.readOnlyByDefault = false;
        session.serializableByDefault = false;
        lease.backend().forgetPrepared();
        lease.backend().settingsFingerprint("?");
    }

    private static void wrote(
            SessionState session, Lease.Writing w, Ran ran, Classification c, String tag, long catalogVersion) {
        String sql = ran.text();
        switch (c) {
            case Classification.Write write -> {
                if (callsCode(write)) {
                    w.transaction().calledCode();
                }
                w.transaction()
                        .wrote(
                                new LoggedStatement(sql, typed(ran.parameters(), ran.types()), rows(tag)),
                                repeatable(session, ran, write),
                                write.movesSequences(),
                                catalogVersion);
            }
            case Classification.Copy copy -> {
                if (copy.from()) {
                    mayHaveWritten(w, sql, tag, catalogVersion);
                }
            }
            case SessionStatement.Execute e -> mayHaveWritten(w, sql, tag, catalogVersion);
            case SessionStatement.DeclareCursor d -> mayHaveWritten(w, sql, "", catalogVersion);
            case SessionStatement.Fetch f -> mayHaveWritten(w, sql, tag, catalogVersion);
            default -> {}
        }
    }

    /** Whether it may have done more than change rows: what is called, or not understood, could make tables and constraints too. */
    private static boolean callsCode(Classification.Write write) {
        return switch (write.cause()) {
            case INSERT, UPDATE, DELETE, MERGE, TRUNCATE, WITH, ROW_LOCK, LOCK_TABLE -> false;
            default -> true;
        };
    }

    private static void mayHaveWritten(Lease.Writing w, String sql, String tag, long catalogVersion) {
        w.transaction().calledCode();
        w.transaction().wrote(new LoggedStatement(sql, List.of(), rows(tag)), Optional.empty(), true, catalogVersion);
    }

    private static Optional<Repeatable> repeatable(SessionState session, Ran ran, Classification.Write write) {
        SqlStatement statement = ran.statement();
        if (statement == null
                || !ran.parametersKept()
                || !(write.form() instanceof StatementForm.Eligible e)
                || session.hasHiddenState()
                || !allAllowed(ran.types())) {
            return Optional.empty();
        }
        List<Form.Time> times = statement.spans(e.timestamps()).stream()
                .map(s -> new Form.Time(s.start(), s.end(), s.zoned()))
                .toList();
        return Optional.of(new Repeatable(
                e.table().oid(), e.change(), times, statement.lengthBefore(e.returning()), statement.shape()));
    }

    private static List<Parameter> typed(List<Parameter> parameters, int[] types) {
        List<Parameter> typed = new java.util.ArrayList<>(parameters.size());
        for (int i = 0; i < parameters.size(); i++) {
            Parameter p = parameters.get(i);
            typed.add(i < types.length ? new Parameter(types[i], p.binary(), p.value()) : p);
        }
        return typed;
    }

    private static boolean allAllowed(int[] types) {
        for (int t : types) {
            if (!StatementForm.Eligible.allows(t)) {
                return false;
            }
        }
        return true;
    }

    /** The count at the end of a command tag, -1 if there is none. */
    static long rows(String tag) {
        int space = tag.lastIndexOf(' ');
        if (space < 0 || space + 1 == tag.length() || !Character.isDigit(tag.charAt(space + 1))) {
            return -1;
        }
        return Long.parseLong(tag, space + 1, tag.length(), 10);
    }
}
