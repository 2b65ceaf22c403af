package io.understudy.config;

import io.understudy.config.NodeConfig.Peer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** Writes what {@link NodeConfigReader} reads. */
public final class NodeConfigWriter {
    private NodeConfigWriter() {}

    /** All settings as text of {@code node.yaml}, without the password. */
    public static String toYamlForPeople(NodeConfig config) {
        return toYaml(config, password -> "(hidden)");
    }

    /** All settings as text of {@code node.yaml}, the passwords too: keep the file private. */
    public static String toYaml(NodeConfig config) {
        return toYaml(config, UnaryOperator.identity());
    }

    /** @param shown what stands for a password */
    private static String toYaml(NodeConfig config, UnaryOperator<String> shown) {
        Map<String, Object> top = new LinkedHashMap<>();
        top.put("node", config.node());
        top.put("nodes", config.nodes().stream().map(NodeConfigWriter::toMap).toList());
        top.put("join", config.joins());
        top.put("data-directory", config.dataDirectory().toString());
        top.put("database", config.database());
        config.clusterTls().ifPresent(tls -> top.put("cluster", Map.of("tls", PeerTlsReader.toMap(tls))));
        Map<String, Object> client = address(config.clientHost(), config.clientPort());
        ClientLimits limits = config.access().limits();
        if (!limits.networks().isEmpty()) {
            client.put(
                    "networks",
                    limits.networks().stream().map(Network::toString).toList());
        }
        top.put("client", client);
        top.put("limits", ClientAccessReader.toMap(limits));
        Map<String, Object> admin = address(config.adminHost(), config.adminPort());
        AdminAccessReader.write(config.adminAccess(), admin, shown);
        top.put("admin", admin);
        top.put("advertise", toMap(config.advertise()));
        Map<String, Object> postgres =
                address(config.postgres().host(), config.postgres().port());
        postgres.put("user", config.postgres().user());
        postgres.put("password", shown.apply(config.postgres().password()));
        postgres.put("adopt", config.postgres().adopt());
        postgres.put("tls", PostgresTlsReader.toMap(config.postgres().tls()));
        top.put("postgres", postgres);
        top.put("failure-detection", Durations.format(config.failureDetection()));
        top.put("read-wait", Durations.format(config.readWait()));
        top.put("commit-wait", Durations.format(config.commitWait()));
        top.put("pool-size", config.poolSize());
        top.put("check-statements", config.checkStatements());
        Map<String, Object> verification = new LinkedHashMap<>();
        verification.put("every", Durations.format(config.repairs().verifyEvery()));
        verification.put("share", config.repairs().verifyShare());
        top.put("verification", verification);
        Map<String, Object> log = new LinkedHashMap<>();
        log.put("keep", config.logLimits().bytes() >> 20);
        log.put("keep-for", Durations.format(config.logLimits().age()));
        log.put("segment", config.logLimits().segmentBytes() >> 20);
        top.put("log", log);
        top.put("tls", ClientAccessReader.toMap(config.access().tls()));
        top.put("repair", config.repairs().automatic() ? NodeConfigReader.AUTOMATIC : NodeConfigReader.ORDERED);
        NodeConfig.Duties duties = config.duties();
        top.put("reads", duties.reads());
        top.put("mastership", duties.mastership());
        top.put("zone", duties.zone());
        top.put("weight", duties.weight());
        top.put("delay", Durations.format(duties.delay()));
        top.put(LogFormat.NAME, config.logFormat().word());
        DumpSettings settings =
                DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build();
        return new Dump(settings).dumpToString(top);
    }

    private static Map<String, Object> toMap(Peer peer) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", peer.name());
        map.put("host", peer.host());
        map.put("cluster-port", peer.clusterPort());
        return map;
    }

    private static Map<String, Object> toMap(NodeConfig.Advertise advertise) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("host", advertise.host());
        map.put("client-port", advertise.clientPort());
        map.put("admin-port", advertise.adminPort());
        return map;
    }

    private static Map<String, Object> address(String host, int port) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("host", host);
        map.put("port", port);
        return map;
    }
}
