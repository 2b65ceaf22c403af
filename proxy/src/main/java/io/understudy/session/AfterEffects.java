package io.understudy.session;

import io.understudy.classification.Classification;
import io.understudy.classification.PinReason;
import io.understudy.classification.SessionStatement;
import io.understudy.classification.StatementForm;
import io.understudy.classification.TransactionControl;
import io.understudy.log.LoggedStatement;
import io.understudy.log.LoggedStatement.Parameter;
import java.util.List;

/** What a statement that has run leaves to remember: settings, pins, what the entry will say of it. */
final class AfterEffects {
    private AfterEffects() {}

    /**
     * @param tag its command tag, empty if it gave none
     * @param types declared parameter types
     */
    static void of(
            SessionState session,
            Lease lease,
            String sql,
            Classification c,
            String tag,
            List<Parameter> parameters,
            int[] types,
            long catalogVersion) {
        Block block = session.block;
        switch (c) {
            case SessionStatement.Set set -> setting(session, block, lease, set, sql);
            case SessionStatement.Reset reset -> setting(session, block, lease, reset, sql);
            case SessionStatement.SetRole role -> {
                if (!role.local()) {
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
            case TransactionControl.RollbackTo r -> {
                if (block != null) {
                    block.rolledBackToSavepoint = !block.settings.isEmpty();
                }
            }
            default -> {}
        }
        session.pin(c.pins());
        if (lease instanceof Lease.Writing w) {
            wrote(session, w, sql, c, tag, parameters, types, catalogVersion);
        }
    }

    private static void setting(
            SessionState session,
            @org.jspecify.annotations.Nullable Block block,
            Lease lease,
            SessionStatement s,
            String sql) {
        if (block != null) {
            block.settings.add(new Block.Setting(s, sql));
        } else {
            TrackedSettings.keep(session, new Block.Setting(s, sql));
            lease.backend().settingsFingerprint(session.settings.fingerprint());
        }
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
            SessionState session,
            Lease.Writing w,
            String sql,
            Classification c,
            String tag,
            List<Parameter> parameters,
            int[] types,
            long catalogVersion) {
        switch (c) {
            case Classification.Write write -> {
                LoggedStatement s = new LoggedStatement(sql, typed(parameters, types), rows(tag));
                boolean eligible = !parameters.isEmpty()
                        && session.pins.isEmpty()
                        && write.form() instanceof StatementForm.Eligible e
                        && e.timestamps().isEmpty()
                        && allAllowed(types);
                w.transaction().wrote(s, eligible, write.movesSequences(), catalogVersion);
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

    private static void mayHaveWritten(Lease.Writing w, String sql, String tag, long catalogVersion) {
        w.transaction().wrote(new LoggedStatement(sql, List.of(), rows(tag)), false, true, catalogVersion);
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
