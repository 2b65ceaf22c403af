package io.understudy.session;

import io.understudy.backend.Backend;
import io.understudy.wire.ErrorFields;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Lets a server's own parser read a query string of several statements before the first of them runs: PostgreSQL runs nothing of a string that it cannot read to its end, and here its statements
 * run one by one.
 *
 * <p>The server is asked to prepare the whole string. It parses all of it, and then refuses, because only single statements can be prepared: nothing is looked up, nothing runs. It is asked on a
 * connection of its own, for in a transaction either answer would end that.
 */
final class WholeString {
    /** Where PostgreSQL says that it does not prepare several statements at once: the string has been read by then. */
    private static final String READ = "exec_parse_message";

    private final SessionState session;
    private final Leases leases;

    WholeString(SessionState session, Leases leases) {
        this.session = session;
        this.leases = leases;
    }

    /** @throws StatementFailure with the parser's error; not if there is no server to ask, as the statements find out themselves */
    void requireReadable(String sql) throws StatementFailure, SessionEnd {
        Lease.Reading lease;
        try {
            if (!(leases.forGreeting() instanceof Lease.Reading r)) {
                return;
            }
            lease = r;
        } catch (StatementFailure e) {
            return;
        }
        boolean clean = false;
        Optional<ErrorFields> error = Optional.empty();
        try {
            error = readsAsItsSession(lease.backend()) ? parse(lease.backend(), sql) : Optional.empty();
            clean = true;
        } catch (IOException | BackendGone e) {
            // lost: what runs next will say so
        } finally {
            leases.giveBack(lease, clean);
        }
        if (error.isPresent() && !READ.equals(error.get().routine())) {
            throw new StatementFailure(error.get());
        }
    }

    /** A transaction that is not over yet may have set how strings are read. */
    private boolean readsAsItsSession(Backend b) {
        return session.told.standardStrings() != "off".equals(b.parameters().get("standard_conforming_strings"));
    }

    private static Optional<ErrorFields> parse(Backend b, String sql) throws IOException, BackendGone {
        b.out().begin('P').string("").string(sql, b.charset()).int16(0).end();
        b.out().begin('S').end();
        return SimpleCommand.finish(b, OutputStream.nullOutputStream());
    }
}
