package io.understudy.session;

import io.understudy.classification.PinReason;
import io.understudy.log.TransactionToken;
import io.understudy.route.Consistency;
import io.understudy.route.ReadNeed;
import io.understudy.wire.MessageOutput;
import io.understudy.wire.ServerMessages;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a client unasked, by ParameterStatus ahead of ReadyForQuery, what changed: its causal token and where its statement ran. Only clients that asked for it by {@code understudy.report=on}, and
 * proxies that relay to this one, are told.
 */
final class Reports {
    /** Carries the causal token: to a client, and from a master's proxy to the proxy that relays to it. */
    static final String TOKEN = "understudy.token";

    /** Carries, from a master's proxy to the one that relays to it, the highest index that a read there can have seen, where that is above the token. */
    static final String SEEN = "understudy.seen";

    /** Carries the token of the present write transaction, once: to a client in its transaction block, and to a proxy that relays ahead of each commit. */
    static final String TRANSACTION = "understudy.transaction";

    /** Carries node, reason and index, separated by blanks. */
    static final String ROUTE = "understudy.route";

    /** Carries the name of the node that a client is connected to; told once. */
    static final String NODE = "understudy.node";

    /** Carries the settings that the session has made, as SETs that make them again on another connection; told at once, and when they change. */
    static final String SETTINGS = "understudy.settings";

    /** Carries what the session has that no other connection can have, in lower case, separated by commas; told at once, empty if there is nothing. */
    static final String PINS = "understudy.pins";

    /** Among the pins while there are SETs in a transaction block: not among the settings before it has committed, and gone if it does not. */
    private static final String UNCOMMITTED = "uncommitted_setting";

    /** Longer than a majority needs to answer; not so long that a client notices when none does. */
    private static final Duration SETTLED_WITHIN = Duration.ofMillis(300);

    private static final Logger LOG = LoggerFactory.getLogger(Reports.class);

    private final NodeServices node;
    private final SessionState session;
    private final MessageOutput out;
    private final LastRoute told = new LastRoute();
    private long tokenTold = -1;
    private long seenTold = -1;
    private boolean nodeTold;
    private @Nullable TransactionToken transactionTold;
    private String settingsTold = "";
    private boolean readOnlyTold;
    private Consistency consistencyTold = Consistency.SESSION;
    private final Set<PinReason> pinsTold = EnumSet.noneOf(PinReason.class);
    private boolean uncommittedTold;

    Reports(NodeServices node, SessionState session, MessageOutput out) {
        this.node = node;
        this.session = session;
        this.out = out;
    }

    void beforeReady() throws IOException {
        Block b = session.block;
        if (b != null && b.explicit) {
            transaction(b);
        }
        if (session.relayed) {
            token(session.committed);
            seen(session.need.highest());
        } else if (session.reports) {
            if (!nodeTold) {
                nodeTold = true;
                ServerMessages.parameterStatus(out, NODE, node.picture().self().name());
                ServerMessages.parameterStatus(out, PINS, "");
                readOnlyTold = session.readOnlyByDefault;
                consistencyTold = session.consistency;
            }
            settings();
            pins();
            token(session.committed);
            settle();
            route();
        }
    }

    /** A client takes what it has seen to other connections. Where this node leads it is told what that is as far as this node knows: to ask a majority after every read would be dear. */
    private void settle() {
        if (session.need.term() == ReadNeed.NO_TERM) {
            try {
                long confirmed = node.confirmedIndex(Duration.ZERO, SETTLED_WITHIN);
                session.need = session.need.settled(confirmed, node.ledTerm());
                session.route.index(session.need.lastSeen());
            } catch (TimeoutException e) {
                LOG.debug("what was seen is not settled", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Ahead of the commit of a statement by itself: who relays it, or waits for it, must know the token before it can be lost. */
    void beforeCommit(Block block) throws IOException {
        if ((session.relayed || !block.explicit) && transaction(block)) {
            out.flush();
        }
    }

    /** The same, as the master's proxy has told it to this one. */
    void beforeCommit(TransactionToken token) throws IOException {
        Block b = session.block;
        if (session.reports && (b == null || !b.explicit) && !token.equals(transactionTold)) {
            transactionTold = token;
            ServerMessages.parameterStatus(out, TRANSACTION, token.toString());
            out.flush();
        }
    }

    private void settings() throws IOException {
        String now = session.settings.own();
        boolean readOnly = session.readOnlyByDefault;
        if (!now.equals(settingsTold) || readOnly != readOnlyTold || !session.consistency.equals(consistencyTold)) {
            settingsTold = now;
            readOnlyTold = readOnly;
            consistencyTold = session.consistency;
            // These are the proxy's, and not among the others.
            ServerMessages.parameterStatus(
                    out,
                    SETTINGS,
                    now + "SET default_transaction_read_only TO " + (readOnly ? "on" : "off") + ";SET "
                            + StartupSettings.CONSISTENCY + " TO '" + consistencyTold + "'");
        }
    }

    /** What sequences gave last is not counted: a session goes on without it, see {@link SessionState#stateLost}. */
    private void pins() throws IOException {
        Block b = session.block;
        boolean uncommitted = b != null && b.explicit && !b.settings.isEmpty();
        if (uncommitted != uncommittedTold || !session.pins.equals(pinsTold)) {
            uncommittedTold = uncommitted;
            pinsTold.clear();
            pinsTold.addAll(session.pins);
            Stream<String> names = pinsTold.stream()
                    .filter(p -> p != PinReason.SEQUENCE_VALUE)
                    .map(p -> p.name().toLowerCase(Locale.ROOT));
            ServerMessages.parameterStatus(
                    out,
                    PINS,
                    Stream.concat(names, uncommitted ? Stream.of(UNCOMMITTED) : Stream.empty())
                            .collect(Collectors.joining(",")));
        }
    }

    private boolean transaction(Block b) throws IOException {
        TransactionToken now = b.token();
        if (now == null || now.equals(transactionTold) || !session.relayed && !session.reports) {
            return false;
        }
        transactionTold = now;
        ServerMessages.parameterStatus(out, TRANSACTION, now.toString());
        return true;
    }

    private void token(long token) throws IOException {
        if (token != tokenTold) {
            tokenTold = token;
            ServerMessages.parameterStatus(out, TOKEN, Long.toString(token));
        }
    }

    /** Whoever relays must not let its client go back behind what it saw here. */
    private void seen(long index) throws IOException {
        if (index > tokenTold && index != seenTold) {
            seenTold = index;
            ServerMessages.parameterStatus(out, SEEN, Long.toString(index));
        }
    }

    private void route() throws IOException {
        LastRoute now = session.route;
        Block b = session.block;
        Lease lease = b == null ? null : b.lease;
        if (lease != null) {
            // The transaction goes on; when it is over it has an index of its own.
            now.index(node.seenUpTo(now.node()));
        }
        if (!now.none() && !now.same(told)) {
            told.become(now);
            ServerMessages.parameterStatus(out, ROUTE, now.node() + ' ' + now.reason() + ' ' + now.index());
        }
    }
}
