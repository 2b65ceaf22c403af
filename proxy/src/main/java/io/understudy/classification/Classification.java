package io.understudy.classification;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a statement is, decided once. Immutable. */
public sealed interface Classification
        permits Classification.Read,
                Classification.Write,
                Classification.Ddl,
                Classification.Copy,
                Classification.Maintenance,
                Classification.Refused,
                Classification.Empty,
                Classification.Understudy,
                Classification.AskOutcome,
                Classification.ExplainRoute,
                TransactionControl,
                SessionStatement {

    /** One word for counters and people. */
    String kind();

    /** What it may leave behind in the server's session. */
    default Set<PinReason> pins() {
        return Set.of();
    }

    /**
     * Changes nothing and may run on a replica.
     *
     * @param scope whether any replica gives the same answer
     * @param why what it was decided by
     */
    record Read(Scope scope, List<TableReference> tables, Set<String> functions, String why) implements Classification {
        public Read {
            tables = List.copyOf(tables);
            functions = Set.copyOf(functions);
        }

        @Override
        public String kind() {
            return "read";
        }
    }

    /** Whom a read asks. */
    enum Scope {
        /** The database's content: the same on every node. */
        DATA,
        /**
         * This very server or connection (pg_backend_pid(), pg_stat_*, pg_locks, currval(), …): goes to the master, on the session's own connection if it
         * has one, so that what an application learns is about the place where its writes are.
         */
        SERVER
    }

    /**
     * Writes, or may write: runs on the master, its effects are captured.
     *
     * @param written tables it names as targets; functions, triggers and rules may write others
     * @param movesSequences whether it may advance or set a sequence
     */
    record Write(
            Cause cause,
            String why,
            List<TableReference> written,
            List<TableReference> read,
            Set<String> functions,
            boolean movesSequences,
            Set<PinReason> pins,
            StatementForm form)
            implements Classification {
        public Write {
            written = List.copyOf(written);
            read = List.copyOf(read);
            functions = Set.copyOf(functions);
            pins = Set.copyOf(pins);
        }

        @Override
        public String kind() {
            return "write";
        }

        /** Whether it surely is meant to write; otherwise it only may. */
        public boolean certain() {
            return switch (cause) {
                case INSERT, UPDATE, DELETE, MERGE, WITH, TRUNCATE -> true;
                default -> false;
            };
        }
    }

    /** Why a statement is a write. */
    enum Cause {
        INSERT,
        UPDATE,
        DELETE,
        MERGE,
        TRUNCATE,
        /** A WITH part modifies data. */
        WITH,
        /** FOR UPDATE, FOR SHARE and the like. */
        ROW_LOCK,
        LOCK_TABLE,
        /** A function, operator or cast that is volatile, or unknown. */
        FUNCTION,
        /** A view that calls something volatile. */
        VIEW,
        /** A table the catalog does not have: temporary, or made a moment ago. */
        UNKNOWN_TABLE,
        DO,
        /** CALL: may also end transactions, outside a transaction block. */
        CALL,
        /** The schema has just changed, or is about to; what the statement means now is not known yet. */
        CHANGING_SCHEMA,
        /** A replica refused a statement of this shape as a write. */
        LEARNED,
        /** Not understood. */
        UNPARSED
    }

    /**
     * Changes the schema.
     *
     * @param tag as PostgreSQL's command tag, "CREATE TABLE"
     * @param shared on roles, databases and event triggers, for which no event trigger fires
     * @param transactional whether it can run inside a transaction block
     * @param rewritesRows whether it makes or changes rows in a way that another server would not repeat exactly
     * @param lockFree whether it takes, or may take, no lock on a table that writers of that table would wait for
     * @param temporary makes a temporary object
     * @param passwords password literals in it, by position
     */
    record Ddl(
            String tag,
            boolean shared,
            boolean transactional,
            boolean rewritesRows,
            boolean lockFree,
            boolean temporary,
            boolean movesSequences,
            Set<PinReason> pins,
            List<PasswordLiteral> passwords)
            implements Classification {
        public Ddl {
            pins = Set.copyOf(pins);
            passwords = List.copyOf(passwords);
        }

        @Override
        public String kind() {
            return "ddl";
        }
    }

    /**
     * A password in a statement.
     *
     * @param start offset of its literal in the statement's text, in chars; the literal ends before {@code end}
     * @param value the password itself: never to be logged
     */
    record PasswordLiteral(int start, int end, String value) {
        @Override
        public String toString() {
            return "password at " + start;
        }
    }

    /**
     * COPY.
     *
     * @param from FROM: writes into {@code table}; else TO
     * @param client STDIN or STDOUT; otherwise a file or program on the server, which belongs on the master
     * @param table what is written, or read; empty for a query
     * @param content what it is apart from the transfer: a Write for FROM; for TO, what reading the table or running the query is
     */
    record Copy(boolean from, boolean client, Optional<TableReference> table, Classification content)
            implements Classification {
        @Override
        public String kind() {
            return "copy";
        }

        @Override
        public Set<PinReason> pins() {
            return content.pins();
        }
    }

    /**
     * VACUUM, ANALYZE, CHECKPOINT, REINDEX, CLUSTER: local to each server, not part of the data.
     *
     * @param transactional whether it can run inside a transaction block
     */
    record Maintenance(String tag, boolean transactional) implements Classification {
        @Override
        public String kind() {
            return "maintenance";
        }
    }

    /**
     * Answered with an error.
     *
     * @param hint may be empty
     * @param endsTransaction whether with PostgreSQL, too, the transaction would be over after an error of this statement
     */
    record Refused(String sqlState, String message, String hint, boolean endsTransaction) implements Classification {
        public Refused(String sqlState, String message, String hint) {
            this(sqlState, message, hint, false);
        }

        @Override
        public String kind() {
            return "refused";
        }
    }

    /** Nothing but white space and comments. */
    record Empty() implements Classification {
        @Override
        public String kind() {
            return "empty";
        }
    }

    /**
     * EXPLAIN (ROUTE): the node says what it would do with a statement, and does nothing.
     *
     * @param statement the one it is about
     * @param json FORMAT JSON: one row with an object instead of a row per line
     */
    record ExplainRoute(SqlStatement statement, boolean json) implements Classification {
        @Override
        public String kind() {
            return "understudy";
        }
    }

    /** The node's own: SELECT understudy.outcome(a transaction token), which is a literal or $1. */
    record AskOutcome() implements Classification {
        /** What the function is called in SQL, and its column. */
        public static final String NAME = "outcome";

        /** The token, if it stands in that statement. */
        public static Optional<String> literal(SqlStatement statement) {
            return statement.literals().stream().findFirst().map(l -> StringLiterals.value(l.text()));
        }

        /** @param t a statement that begins like a query */
        static boolean is(Tokens t, int from, int to) {
            TokenCursor c = new TokenCursor(t, from, to);
            if (!c.accept("select") || !c.accept("understudy")) {
                return false;
            }
            return to - c.i == 5
                    && c.t.isSign(c.i, '.')
                    && c.t.is(c.i + 1, NAME)
                    && c.t.isSign(c.i + 2, '(')
                    && (c.t.kind(c.i + 3) == TokenKind.STRING || c.t.kind(c.i + 3) == TokenKind.PARAMETER)
                    && c.t.isSign(c.i + 4, ')');
        }

        @Override
        public String kind() {
            return "understudy";
        }
    }

    /** The node's own: SHOW understudy.name. @param name what follows {@code understudy.}, in lower case */
    record Understudy(String name) implements Classification {
        @Override
        public String kind() {
            return "understudy";
        }
    }
}
