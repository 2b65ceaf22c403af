package io.understudy.session;

import io.understudy.backend.Backend;
import io.understudy.backend.ObjectIds;
import io.understudy.classification.Classification;
import io.understudy.classification.SqlStatement;
import io.understudy.route.Hint;
import io.understudy.wire.MessageOutput;
import io.understudy.wire.ProtocolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A run of extended-protocol messages that goes to one place together, ended there by a Sync of the proxy's. */
final class ExtendedWork implements Work {
    private static final byte FORWARD = 0;
    private static final byte NOTHING = 1;
    private static final byte RENAMED = 2;
    private static final byte PREPARE_FIRST = 3;

    private final SessionState session;
    private final ScannedBatch scanned;
    private final int from;
    private final int to;
    private final boolean alone;
    private final Classification decisive;
    private final byte[] actions;
    private final Set<Long> planned = new HashSet<>();
    private List<Long> closing = List.of();

    ExtendedWork(SessionState session, ScannedBatch scanned, int from, int to, boolean alone) {
        this.session = session;
        this.scanned = scanned;
        this.from = from;
        this.to = to;
        this.alone = alone;
        this.decisive = mostDemanding();
        this.actions = new byte[to - from];
    }

    private Classification mostDemanding() {
        Classification most = null;
        for (int i = from; i < to; i++) {
            Prepared p = scanned.about(i);
            if (p == null) {
                continue;
            }
            Classification c = p.classification();
            if (most == null
                    || most instanceof Classification.Read r && r.scope() == Classification.Scope.DATA
                    || c instanceof Classification.Write) {
                most = c;
            }
        }
        return most == null ? new Classification.Empty() : most;
    }

    @Override
    public Classification decisive() {
        return decisive;
    }

    @Override
    public long catalogVersion() {
        long oldest = Long.MAX_VALUE;
        for (int i = from; i < to; i++) {
            Prepared p = scanned.about(i);
            if (p != null) {
                oldest = Math.min(oldest, p.catalogVersion());
            }
        }
        return oldest;
    }

    @Override
    public long bytes() {
        return scanned.batch().bytes();
    }

    @Override
    public void plan(Backend backend, Answers answers) throws IOException {
        planned.clear();
        closing = backend.takeClosing();
        for (long id : closing) {
            answers.add(Answers.CLOSE_HIDDEN, id);
        }
        MessageBatch batch = scanned.batch();
        for (int i = from; i < to; i++) {
            Prepared p = scanned.about(i);
            byte action = FORWARD;
            switch (batch.type(i)) {
                case 'P' -> {
                    if (p == null || known(backend, p)) {
                        answers.add(Answers.PARSE_LOCAL, 0);
                        action = NOTHING;
                    } else {
                        planned.add(p.id());
                        answers.add(Answers.PARSE, p.id());
                        action = RENAMED;
                    }
                }
                case 'B' -> {
                    action = p == null ? FORWARD : prepareFirst(backend, p, answers);
                    answers.add(Answers.BIND, i);
                }
                case 'D' -> {
                    action = p == null || scanned.ofPortal(i) ? FORWARD : prepareFirst(backend, p, answers);
                    answers.add(Answers.DESCRIBE, i);
                }
                case 'E' -> answers.add(Answers.EXECUTE, i);
                case 'C' -> {
                    if (scanned.ofPortal(i)) {
                        answers.add(Answers.CLOSE, 0);
                    } else {
                        answers.add(Answers.CLOSE_LOCAL, 0);
                        action = NOTHING;
                    }
                }
                default -> action = NOTHING;
            }
            actions[i - from] = action;
        }
        answers.add(Answers.SYNC, 0);
    }

    private boolean known(Backend backend, Prepared p) {
        return backend.has(p.id()) || planned.contains(p.id());
    }

    private byte prepareFirst(Backend backend, Prepared p, Answers answers) {
        if (known(backend, p)) {
            return RENAMED;
        }
        planned.add(p.id());
        answers.add(Answers.PARSE_HIDDEN, p.id());
        return PREPARE_FIRST;
    }

    @Override
    public void write(Backend backend) throws IOException {
        MessageBatch batch = scanned.batch();
        MessageOutput out = backend.out();
        for (long id : closing) {
            out.begin('C').int8('S').string(Prepared.backendName(id)).end();
        }
        for (int i = from; i < to; i++) {
            Prepared p = scanned.about(i);
            byte action = actions[i - from];
            if (action == NOTHING) {
                continue;
            }
            if (action == FORWARD || p == null) {
                batch.forward(i, out);
                continue;
            }
            if (action == PREPARE_FIRST) {
                parse(backend, p);
            }
            switch (batch.type(i)) {
                case 'P' -> parse(backend, p);
                case 'B' -> {
                    int portalEnd = batch.after(i, batch.body(i));
                    int nameEnd = batch.after(i, portalEnd);
                    byte[] name = p.backendName().getBytes(StandardCharsets.US_ASCII);
                    int portal = portalEnd - batch.body(i);
                    int rest = batch.end(i) - nameEnd;
                    out.head('B', portal + name.length + 1 + rest + batch.tailBytes(i))
                            .bytes(batch.data(), batch.body(i), portal)
                            .bytes(name)
                            .int8(0)
                            .write(batch.data(), nameEnd, rest);
                    batch.tail(i, out);
                }
                default -> out.begin('D').int8('S').string(p.backendName()).end();
            }
        }
        out.empty('S');
    }

    @Override
    public void outdated(Backend backend, long about) {
        Prepared p = about >= from && about < to ? scanned.about((int) about) : null;
        if (p != null) {
            backend.remove(p.id());
            backend.closeLater(p.id());
        }
    }

    @Override
    public byte[] error(byte[] frame, byte kind, long about) {
        for (int i = from; i < to; i++) {
            Prepared p = scanned.about(i);
            boolean isThat =
                    kind == Answers.PARSE || kind == Answers.PARSE_HIDDEN ? p != null && p.id() == about : i == about;
            if (isThat && p != null) {
                byte[] placed = p.sql() == null
                        ? frame
                        : ClientTerms.place(frame, p.sql().charactersBefore());
                return kind == Answers.BIND
                        ? ClientTerms.statement(placed, p.backendName(), statementOfBind(i))
                        : placed;
            }
        }
        return frame;
    }

    private byte[] statementOfBind(int i) {
        MessageBatch batch = scanned.batch();
        try {
            int name = batch.after(i, batch.body(i));
            return Arrays.copyOfRange(batch.data(), name, batch.after(i, name) - 1);
        } catch (ProtocolException e) {
            throw new IllegalStateException("was read before", e);
        }
    }

    private static void parse(Backend backend, Prepared p) throws IOException {
        MessageOutput out = backend.out();
        ObjectIds ids = backend.translation().toServer();
        int[] types = ids == null ? p.types() : ForeignIds.ofTypes(p.types(), ids);
        out.begin('P')
                .string(p.backendName())
                .string(p.sent(), backend.charset())
                .int16(types.length);
        for (int t : types) {
            out.int32(t);
        }
        out.end();
    }

    @Override
    public void ran(Lease lease, Relay.Watch watch) {
        int n = 0;
        for (int i = from; i < to; i++) {
            if (scanned.batch().type(i) == 'E' && n < watch.completions.size()) {
                String tag = watch.completions.get(n++);
                Portal portal = scanned.portal(i);
                if (portal != null) {
                    Prepared p = portal.prepared();
                    AfterEffects.of(
                            session,
                            lease,
                            new AfterEffects.Ran(p.sql(), p.text(), portal.parameters(), p.types(), portal.kept()),
                            p.classification(),
                            tag,
                            p.catalogVersion());
                }
            }
        }
    }

    @Override
    public Optional<String> ddl() {
        for (int i = from; i < to; i++) {
            Portal portal = scanned.batch().type(i) == 'E' ? scanned.portal(i) : null;
            if (portal != null && portal.prepared().classification() instanceof Classification.Ddl) {
                return Optional.of(portal.prepared().text());
            }
        }
        return Optional.empty();
    }

    @Override
    public List<SqlStatement> statements() {
        List<SqlStatement> all = new ArrayList<>();
        for (int i = from; i < to; i++) {
            Prepared p = scanned.about(i);
            if (p != null && p.sql() != null) {
                all.add(p.sql());
            }
        }
        return all;
    }

    @Override
    public Hint hint() throws StatementFailure {
        for (int i = from; i < to; i++) {
            Prepared p = scanned.about(i);
            if (p != null && p.sql() != null && p.sql().hasHints()) {
                return Work.super.hint();
            }
        }
        return Hint.NONE;
    }

    @Override
    public void executed(MeasuredRuns runs) {
        for (int i = from; i < to; i++) {
            Portal portal = scanned.batch().type(i) == 'E' ? scanned.portal(i) : null;
            SqlStatement sql = portal == null ? null : portal.prepared().sql();
            if (portal != null && sql != null) {
                runs.add(sql, portal.prepared().classification());
            }
        }
    }

    @Override
    public boolean alone() {
        return alone;
    }

    @Override
    public boolean preparesOnly() {
        for (int i = from; i < to; i++) {
            char type = scanned.batch().type(i);
            boolean prepares = type == 'P' || type == 'C' && !scanned.ofPortal(i);
            if (!prepares) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean completesQuery() {
        return false;
    }
}
