package io.understudy.demo.torture;

import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What the nodes' own logs complain of. Used by one thread. */
final class ProxyLogs {
    private static final Pattern BAD =
            Pattern.compile("\\bERROR\\b|disagree|diverge|quarantine|Exception in thread|OutOfMemory");
    private static final int FINDINGS_MAX = 5;

    private final Map<Path, Long> readUpTo = new HashMap<>();
    private final LocalCluster cluster;

    private ProxyLogs(LocalCluster cluster) {
        this.cluster = cluster;
    }

    /** Of what they write from now on. */
    static ProxyLogs fromNow(LocalCluster cluster) throws IOException {
        ProxyLogs logs = fromTheBeginning(cluster);
        logs.findings();
        return logs;
    }

    /** Of all that they have written. */
    static ProxyLogs fromTheBeginning(LocalCluster cluster) {
        return new ProxyLogs(cluster);
    }

    /** Complaints since the last call. */
    List<String> findings() throws IOException {
        List<String> findings = new ArrayList<>();
        for (LocalNode node : cluster.nodes()) {
            Path file = cluster.directory().resolve(node.name()).resolve("proxy.log");
            byte[] all = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
            int from = (int) Math.min(all.length, readUpTo.getOrDefault(file, 0L));
            readUpTo.put(file, (long) all.length);
            new String(all, from, all.length - from, StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> BAD.matcher(line).find())
                    .limit(FINDINGS_MAX)
                    .forEach(line -> findings.add(node.name() + "'s log: " + line));
        }
        return findings;
    }
}
