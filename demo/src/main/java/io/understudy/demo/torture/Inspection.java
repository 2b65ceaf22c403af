package io.understudy.demo.torture;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.command.AdminClient;
import io.understudy.config.ConfigException;
import io.understudy.demo.cluster.Await;
import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.fault.Contents;
import io.understudy.embedded.ServerPicture;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Compares the nodes of a cluster when nobody writes. */
final class Inspection {
    private static final String ENDED = "57P01";
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(60);
    private static final Duration EQUAL_LIMIT = Duration.ofSeconds(20);
    private static final Duration VERIFY_LIMIT = Duration.ofSeconds(60);

    private final LocalCluster cluster;
    private final Duration settleLimit;

    Inspection(LocalCluster cluster) {
        this(cluster, SETTLE_LIMIT);
    }

    /** @param settleLimit how long nodes may take until they have applied everything */
    Inspection(LocalCluster cluster, Duration settleLimit) {
        this.cluster = cluster;
        this.settleLimit = settleLimit;
    }

    /** Waits until all have applied everything, then compares everything. @return what is wrong, for people; empty if nothing is */
    List<String> findings() throws IOException, SQLException {
        boolean settled = Await.within(settleLimit, () -> settled() || quarantined());
        List<String> findings = new ArrayList<>();
        if (!settled) {
            findings.add("the nodes did not come to the same index within " + settleLimit.toSeconds() + " s: "
                    + cluster.status());
        }
        // Sequences' positions are logged when they have come to rest.
        List<String> differences = new ArrayList<>();
        boolean compared =
                Await.within(EQUAL_LIMIT, () -> looked(differences) && (differences.isEmpty() || quarantined()));
        if (!compared && differences.isEmpty()) {
            findings.add("the servers ended every session that would have compared them");
        }
        findings.addAll(differences);
        if (quarantined()) {
            findings.add("a node disagrees with the log: " + cluster.status());
        } else {
            findings.addAll(verification());
        }
        return findings;
    }

    /** Whether the servers could be looked at; a node that is found wrong just now ends the sessions of its server. */
    private boolean looked(List<String> into) throws IOException {
        try {
            List<String> found = differences();
            into.clear();
            into.addAll(found);
            return true;
        } catch (SQLException e) {
            if (ENDED.equals(e.getSQLState())) {
                return false;
            }
            throw new IOException("a server could not be looked at: " + e.getMessage(), e);
        }
    }

    private boolean settled() throws IOException {
        JsonNode status = cluster.status();
        long last = status.path("lastIndex").asLong();
        int settled = 0;
        for (JsonNode node : status.path("nodes")) {
            String state = node.path("state").asText();
            if (node.path("appliedIndex").asLong() == last && (state.equals("master") || state.equals("replica"))) {
                settled++;
            }
        }
        return settled == cluster.nodes().size();
    }

    private boolean quarantined() throws IOException {
        for (JsonNode node : cluster.status().path("nodes")) {
            if (node.path("state").asText().equals("quarantined")) {
                return true;
            }
        }
        return false;
    }

    /** What the servers have differently at this moment. */
    List<String> differences() throws SQLException {
        List<String> findings = new ArrayList<>();
        LocalNode first = cluster.nodes().getFirst();
        ServerPicture expected = picture(first);
        for (LocalNode other : cluster.nodes()) {
            if (other != first) {
                findings.addAll(expected.differences(first.name(), other.name(), picture(other)));
            }
        }
        return findings;
    }

    private ServerPicture picture(LocalNode node) throws SQLException {
        try (Connection connection = Contents.connect(cluster, node)) {
            return ServerPicture.of(connection);
        }
    }

    /** Transactions that a server holds, as worker and number. */
    Set<String> transactions(String schema) throws SQLException {
        Set<String> held = new HashSet<>();
        try (Connection connection = Contents.connect(cluster, cluster.nodes().getFirst());
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("select worker || '/' || nth from " + schema + ".acknowledged")) {
            while (rows.next()) {
                held.add(rows.getString(1));
            }
        }
        return held;
    }

    /** What the product's own verification finds; begun again if the mastership moves meanwhile. */
    private List<String> verification() throws IOException {
        List<String> findings = new ArrayList<>();
        Await.until("a verification", VERIFY_LIMIT, () -> {
            findings.clear();
            long epoch = epoch();
            try {
                findings.addAll(verifiedOnce());
            } catch (IOException e) {
                if (epoch() == epoch) {
                    throw e;
                }
                return false;
            }
            return true;
        });
        return findings;
    }

    private long epoch() throws IOException {
        return cluster.status().path("epoch").asLong();
    }

    private List<String> verifiedOnce() throws IOException {
        try (AdminClient client = AdminClient.ofCluster(cluster.directory());
                AdminClient master = client.ofMaster()) {
            String path =
                    "/api/v1/verify/" + master.post("/api/v1/verify").path("id").asText();
            Await.until(
                    "the end of a verification",
                    VERIFY_LIMIT,
                    () -> !master.get(path).path("state").asText().equals("running"));
            JsonNode result = master.get(path);
            List<String> findings = new ArrayList<>();
            if (!result.path("state").asText().equals("equal")) {
                findings.add("verification says " + result.path("state").asText());
                result.path("findings").forEach(f -> findings.add("verification: " + f.asText()));
            }
            return findings;
        } catch (ConfigException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
