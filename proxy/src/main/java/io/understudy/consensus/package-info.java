/**
 * The replicated statement log: proposals in, committed entries in order out. {@link io.understudy.consensus.ReplicatedLog} implements
 * {@link io.understudy.log.StatementLog}; it is the only one here that the rest of the node needs to know.
 *
 * <p>From outside in: JGroups gives membership views and carries messages ({@code ClusterChannel}); {@code RaftEngine} drives MicroRaft's core on
 * one thread and knows where that core needs help; {@code EntryStore} and {@code VoteFile} keep log and votes on disk; {@code Delivery} hands
 * committed entries to their one listener. The engine, the store and the messages know neither threads nor sockets nor clocks, so the tests run the very
 * same code in a simulated cluster.
 */
@NullMarked
package io.understudy.consensus;

import org.jspecify.annotations.NullMarked;
