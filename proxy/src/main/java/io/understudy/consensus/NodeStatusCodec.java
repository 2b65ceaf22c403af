package io.understudy.consensus;

import io.understudy.log.BinaryReader;
import io.understudy.log.BinaryWriter;
import io.understudy.log.EntryFormatException;
import io.understudy.topology.Duties;
import io.understudy.topology.NodeLoad;
import io.understudy.topology.NodeLoad.StageTime;
import io.understudy.topology.NodeLoad.Took;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What nodes tell each other of themselves, to bytes and back. States travel by name, so that nodes of neighbouring versions understand each other.
 */
final class NodeStatusCodec {
    private static final int VERSION = 6;

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
        out.u8(status.readShare());
        write(out, status.load());
        out.unsigned(status.distrusted().size());
        status.distrusted().forEach(out::text);
        out.text(status.ailment().reason());
        out.text(status.ailment().repair());
        out.unsigned(status.ailment().repairs());
        write(out, status.duties());
    }

    private static void write(BinaryWriter out, Duties duties) {
        out.u8(duties.reads() ? 1 : 0);
        out.u8(duties.mastership() ? 1 : 0);
        out.text(duties.zone());
        out.unsigned(duties.weight());
        out.unsigned(duties.delaySeconds());
        out.u8(duties.drained() ? 1 : 0);
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
                new NodeStatus.Internal(in.text(), in.int32(), in.int32()),
                in.u8(),
                load(in),
                texts(in),
                new NodeStatus.Ailment(in.text(), in.text(), in.unsigned()),
                duties(in));
        in.expectEnd();
        return status;
    }

    private static void write(BinaryWriter out, NodeLoad load) {
        out.signed(load.startedMicros());
        out.unsigned(load.openedEpoch());
        out.signed(load.openedMicros());
        out.unsigned(load.clients());
        out.unsigned(load.writes());
        out.unsigned(load.statementForm());
        out.unsigned(load.rowForm());
        out.unsigned(load.reads().size());
        load.reads().forEach((node, count) -> {
            out.text(node);
            out.unsigned(count);
        });
        out.unsigned(load.readTimes().size());
        load.readTimes().forEach((node, took) -> {
            out.text(node);
            out.unsigned(took.count());
            out.unsigned(took.micros());
        });
        out.unsigned(load.stages().size());
        for (StageTime stage : load.stages()) {
            out.text(stage.stage());
            out.unsigned(stage.count());
            out.unsigned(stage.totalMicros());
            out.unsigned(stage.p50Micros());
            out.unsigned(stage.p99Micros());
        }
    }

    private static NodeLoad load(BinaryReader in) {
        return new NodeLoad(
                in.signed(),
                in.unsigned(),
                in.signed(),
                in.unsigned(),
                in.unsigned(),
                in.unsigned(),
                in.unsigned(),
                reads(in),
                readTimes(in),
                stages(in));
    }

    private static Duties duties(BinaryReader in) {
        return new Duties(
                in.u8() != 0, in.u8() != 0, in.text(), Math.toIntExact(in.unsigned()), in.unsigned(), in.u8() != 0);
    }

    private static Map<String, Long> reads(BinaryReader in) {
        Map<String, Long> reads = new HashMap<>();
        for (int left = in.count(); left > 0; left--) {
            reads.put(in.text(), in.unsigned());
        }
        return reads;
    }

    private static Map<String, Took> readTimes(BinaryReader in) {
        Map<String, Took> times = new HashMap<>();
        for (int left = in.count(); left > 0; left--) {
            times.put(in.text(), new Took(in.unsigned(), in.unsigned()));
        }
        return times;
    }

    private static List<StageTime> stages(BinaryReader in) {
        List<StageTime> stages = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
            stages.add(new StageTime(in.text(), in.unsigned(), in.unsigned(), in.unsigned(), in.unsigned()));
        }
        return stages;
    }

    private static List<String> texts(BinaryReader in) {
        int count = in.count();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(in.text());
        }
        return texts;
    }

    private static NodeState state(String name) {
        try {
            return NodeState.valueOf(name);
        } catch (IllegalArgumentException e) {
            throw new EntryFormatException("node state " + name);
        }
    }
}
