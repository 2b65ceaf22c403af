package io.understudy.consensus;

import io.understudy.log.BinaryReader;
import io.understudy.log.BinaryWriter;
import io.understudy.log.EntryFormatException;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;

/** What nodes tell each other of themselves, to bytes and back. States travel by name, so that nodes of neighbouring versions understand each other. */
final class NodeStatusCodec {
    private static final int VERSION = 2;

    private NodeStatusCodec() {}

    static void write(BinaryWriter out, NodeStatus status) {
        out.u8(VERSION);
        out.text(status.name());
        out.uuid(status.process());
        out.text(status.state().name());
        out.unsigned(status.epoch());
        out.unsigned(status.appliedIndex());
        out.unsigned(status.committedIndex());
        out.signed(status.oldestUnappliedMicros());
        out.text(status.host());
        out.int32(status.clientPort());
        out.int32(status.adminPort());
        out.text(status.postgresHost());
        out.int32(status.postgresPort());
        out.text(status.internal().host());
        out.int32(status.internal().clientPort());
        out.int32(status.internal().adminPort());
    }

    /** @throws EntryFormatException if that is not a status */
    static NodeStatus read(BinaryReader in) {
        int version = in.u8();
        if (version != VERSION) {
            throw new EntryFormatException("status version " + version);
        }
        NodeStatus status = new NodeStatus(
                in.text(),
                in.uuid(),
                state(in.text()),
                in.unsigned(),
                in.unsigned(),
                in.unsigned(),
                in.signed(),
                in.text(),
                in.int32(),
                in.int32(),
                in.text(),
                in.int32(),
                new NodeStatus.Internal(in.text(), in.int32(), in.int32()));
        in.expectEnd();
        return status;
    }

    private static NodeState state(String name) {
        try {
            return NodeState.valueOf(name);
        } catch (IllegalArgumentException e) {
            throw new EntryFormatException("node state " + name);
        }
    }
}
