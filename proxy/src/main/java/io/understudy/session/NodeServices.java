package io.understudy.session;

import io.understudy.authentication.Verifiers;
import io.understudy.backend.Backend;
import io.understudy.backend.BackendUnavailable;
import io.understudy.classification.Classifier;
import io.understudy.execution.MasterTransactions;
import io.understudy.log.TransactionToken;
import io.understudy.route.ClusterPicture;
import io.understudy.route.Route.Reason;
import io.understudy.topology.NodeReport;
import io.understudy.topology.NodeStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** What a session needs of its node. Safe for use by many threads. */
public interface NodeServices {

    Classifier classifier();

    MasterTransactions transactions();

    Verifiers verifiers();

    /** Whether that is one, as far as is known here. */
    boolean isSuperuser(String role);

    ClusterPicture picture();

    /** Every configured node as this one sees it, in the order of the configuration. */
    List<NodeReport> nodes();

    /** The replicated database. */
    String database();

    /** Waits until something about replicas or the master has changed, or the time is over. */
    void awaitChange(Duration waitMax) throws InterruptedException;

    /** Highest index whose effects a read that ended now on that node can have seen. */
    long seenUpTo(String node);

    /** 0 if {@link #seenUpTo} of that node is certain. Else it is only if this node led: that term, as far as it knows, {@link io.understudy.route.ReadNeed#NO_TERM} if it did not. Another node may have applied what is news here. */
    long seenInTerm(String node);

    /** The term in which this node leads, as far as it knows; {@link io.understudy.route.ReadNeed#NO_TERM} if it does not. */
    long ledTerm();

    /** Highest index that this node knows to be committed: a new session starts there, so that who connects again finds what was acknowledged before. */
    long knownCommitted();

    /** A client of this node was told that its transaction is committed there. */
    void acknowledged(long index);

    /**
     * Whether that transaction committed; one that still runs is ended.
     *
     * @return empty if it cannot be told yet, or not here
     * @throws IllegalArgumentException if the log does not hold the answer any more
     */
    Optional<Boolean> committed(TransactionToken token, Duration waitMax) throws IOException, InterruptedException;

    /** A pooled read-only-by-default connection to a node's PostgreSQL, as that user. */
    Backend lease(NodeStatus node, SessionUser user) throws BackendUnavailable;

    /** What that server tells new connections of the user, if all that there may be are in use. */
    Optional<Map<String, String>> toldIfBusy(NodeStatus node, SessionUser user);

    /** Whether any session waits for a pooled connection. */
    boolean anyoneWaits();

    /** How many sessions wait for a connection to this node's server as that user. */
    int waiting(String user);

    /** A connection of its own to a node's proxy, as that user. */
    Backend relay(NodeStatus node, SessionUser user) throws BackendUnavailable;

    /**
     * Whether only a node of this cluster can have said that, not long ago. What clients of other nodes must be, has been looked at there.
     *
     * @param overNodeTls whether it was said on a connection that only nodes can have
     */
    boolean isNode(String proof, boolean overNodeTls);

    void readBegan(String node);

    void readEnded(String node);

    /** A statement by itself, or a transaction, was sent to that node, for that reason. */
    void countRoute(String node, Reason reason);

    /** A client's read, by itself or a READ ONLY transaction, runs or ran on that node's PostgreSQL. */
    void countRead(String node);

    /** So long reads by themselves that ran there took together. */
    void readTook(String node, long nanos, int count);

    /**
     * An index that no commit acknowledged on any node longer ago than that is above.
     *
     * @param age zero: none acknowledged before this call
     * @throws TimeoutException if no majority confirms one in time
     */
    long confirmedIndex(Duration age, Duration waitMax) throws TimeoutException, InterruptedException;

    /** What a role was given as its understudy.consistency, or the database was; empty if nothing. */
    Optional<String> consistencyOf(String role);

    Duration readWait();

    /** How long a transaction waits for a master while one can be elected. */
    Duration masterWait();

    Duration commitWait();
}
