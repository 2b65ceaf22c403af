package io.understudy.execution;

import io.understudy.capture.ShapesAtCut;
import io.understudy.log.Form;
import io.understudy.log.LoggedStatement;
import io.understudy.log.TransactionToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A write transaction that runs on this master. Its session's thread drives it; others may {@link #doom} it as long as it is not being appended.
 */
public final class WriteTransaction {
    private static final int STATEMENTS_KEPT_MAX = 1_000;
    private static final int SQL_KEPT_CHARS_MAX = 16_384;

    private enum Phase {
        RUNNING,
        APPENDING,
        DOOMED
    }

    private final TransactionToken token;
    private final UUID process;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.RUNNING);
    private final List<LoggedStatement> statements = new ArrayList<>();
    private final List<Repeatable> repeatables = new ArrayList<>();
    private final List<RanDdl> ddl = new ArrayList<>();
    private List<List<Form.Ddl>> nestedDdl = List.of();
    private List<Form.Ddl> outside = List.of();
    private long outsideXid;
    private NestedRoles nestedRoles = NestedRoles.NONE;
    private @Nullable ShapesAtCut shapesAtCut;
    private @Nullable FixedMoments moments;
    private volatile String doom = "";
    private volatile int backendPid;
    private boolean everyStatementEligible = true;
    private boolean statementsComplete = true;
    private boolean movesSequences;
    private boolean calledCode;
    private long catalogVersion = -1;
    private final long startedNanos = System.nanoTime();

    WriteTransaction(TransactionToken token, UUID process) {
        this.token = token;
        this.process = process;
    }

    public TransactionToken token() {
        return token;
    }

    /** The id of its entry. */
    public UUID id() {
        return token.id();
    }

    UUID process() {
        return process;
    }

    /** The epoch it began in. */
    public long epoch() {
        return token.epoch();
    }

    long startedNanos() {
        return startedNanos;
    }

    /** Which backend of the local PostgreSQL runs it; 0 before there is one. */
    public void runsOn(int pid) {
        backendPid = pid;
    }

    int backendPid() {
        return backendPid;
    }

    /**
     * Notes a statement that may have written.
     *
     * @param repeatable if the whitelist of the statement form allows it, as judged with catalog {@code version}
     */
    public void wrote(LoggedStatement statement, Optional<Repeatable> repeatable, boolean sequences, long version) {
        movesSequences |= sequences;
        if (statement.rows() == 0 && repeatable.isPresent()) {
            return;
        }
        everyStatementEligible &=
                repeatable.isPresent() && statement.rows() == 1 && (catalogVersion < 0 || catalogVersion == version);
        if (everyStatementEligible) {
            repeatable.ifPresent(repeatables::add);
        } else {
            repeatables.clear();
        }
        catalogVersion = version;
        if (everyStatementEligible
                ? statements.size() < 10 * STATEMENTS_KEPT_MAX
                : statements.size() < STATEMENTS_KEPT_MAX) {
            statements.add(everyStatementEligible ? statement : shortened(statement));
        } else {
            everyStatementEligible = false;
            statementsComplete = false;
        }
    }

    /** A setting or the role was changed in it: what the session's settings are at its end says nothing of its statements. */
    public void contextChanged() {
        everyStatementEligible = false;
        repeatables.clear();
    }

    /** Notes a DDL statement, in the order they ran. */
    void ran(RanDdl statement) {
        everyStatementEligible = false;
        ddl.add(statement);
        statements.add(shortened(statement.statement()));
    }

    /** What replicas are to run after the last DDL statement. */
    void sequel(List<String> toRun) {
        ddl.add(ddl.removeLast().withSequel(toRun));
    }

    /** What replicas are to run in place of the last DDL statement. */
    void logLastAs(String sql) {
        ddl.add(ddl.removeLast().loggedAs(sql));
    }

    /** Literals of the DDL statement that is running, tried before it; null if it has none that need it. */
    @Nullable
    FixedMoments moments() {
        return moments;
    }

    void moments(@Nullable FixedMoments tried) {
        moments = tried;
    }

    /** Notes what stands for its DDL inside functions, in the order it ran. */
    void ranNested(List<List<Form.Ddl>> statements) {
        everyStatementEligible = false;
        nestedDdl = List.copyOf(statements);
    }

    /** What stands for each DDL command inside functions. */
    List<List<Form.Ddl>> nestedDdl() {
        return nestedDdl;
    }

    void changedRoles(NestedRoles roles) {
        nestedRoles = roles;
        everyStatementEligible &= roles.isEmpty();
    }

    /** What it did to roles inside functions. */
    NestedRoles nestedRoles() {
        return nestedRoles;
    }

    /** It is the end of a statement that ran outside of any transaction: what replicas are to run instead. */
    void ranOutside(long underXid, List<Form.Ddl> statements) {
        outsideXid = underXid;
        outside = List.copyOf(statements);
        statements.forEach(d -> this.statements.add(shortened(d.statement())));
    }

    List<Form.Ddl> outside() {
        return outside;
    }

    /** The transaction's id, where {@link #outside} has anything. */
    long outsideXid() {
        return outsideXid;
    }

    /** It called code of users, which may have done anything. */
    public void calledCode() {
        calledCode = true;
    }

    boolean hasCalledCode() {
        return calledCode;
    }

    /** Shapes of the tables changed before its DDL; null as long as there was no DDL. */
    @Nullable
    ShapesAtCut shapesAtCut() {
        return shapesAtCut;
    }

    ShapesAtCut shapesBeforeDdl() {
        if (shapesAtCut == null) {
            shapesAtCut = new ShapesAtCut();
        }
        return shapesAtCut;
    }

    private static LoggedStatement shortened(LoggedStatement s) {
        if (s.sql().length() <= SQL_KEPT_CHARS_MAX && s.parameters().size() <= 100) {
            return s;
        }
        return new LoggedStatement(
                s.sql().substring(0, Math.min(s.sql().length(), SQL_KEPT_CHARS_MAX)), List.of(), s.rows());
    }

    List<LoggedStatement> statements() {
        return statements;
    }

    List<RanDdl> ddl() {
        return ddl;
    }

    boolean everyStatementEligible() {
        return everyStatementEligible && statementsComplete && !statements.isEmpty();
    }

    /** Whether it is known already that its entry will hold rows. */
    public boolean rowsForSure() {
        return !everyStatementEligible;
    }

    /** Of each statement, in the same order; only if every statement is eligible. */
    List<Repeatable> repeatables() {
        return repeatables;
    }

    boolean movesSequences() {
        return movesSequences;
    }

    long catalogVersion() {
        return catalogVersion;
    }

    /** Ends it from outside; false if it is being appended already. */
    boolean doom(String why) {
        if (phase.compareAndSet(Phase.RUNNING, Phase.DOOMED)) {
            doom = why;
            return true;
        }
        return false;
    }

    /** From here on nobody can doom it; false if somebody has. */
    boolean beginAppend() {
        return phase.compareAndSet(Phase.RUNNING, Phase.APPENDING);
    }

    /** Why it was ended from outside, or null. */
    public @Nullable String doomed() {
        return phase.get() == Phase.DOOMED ? doom : null;
    }
}
