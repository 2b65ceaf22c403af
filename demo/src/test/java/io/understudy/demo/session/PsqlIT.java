package io.understudy.demo.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.driver.RunningCluster;
import io.understudy.embedded.ClientPrograms;
import io.understudy.embedded.EmbeddedPostgres;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** psql scripts print through every node what they print on a PostgreSQL server of its own, down to the fields of errors. */
class PsqlIT {
    private static RunningCluster cluster;
    private static EmbeddedPostgres plain;
    private static Path psql;

    @BeforeAll
    static void start() throws Exception {
        psql = ClientPrograms.find("psql").orElse(null);
        assumeTrue(psql != null, "psql is not installed");
        cluster = RunningCluster.shared();
        plain = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() throws Exception {
        if (plain != null) {
            plain.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"transactions", "errors", "copy", "settings", "state", "statements", "texts"})
    void printsTheSame(String script) throws Exception {
        String expected = run(plain.port(), plain.password(), script);
        assertThat(expected.lines().count()).isGreaterThan(40);
        for (LocalNode node : cluster.local().nodes()) {
            assertThat(run(node.clientPort(), cluster.local().password(), script))
                    .as(script + " through " + node.name())
                    .isEqualTo(expected);
        }
    }

    private static String run(int port, String password, String script) throws Exception {
        ProcessBuilder b = new ProcessBuilder(
                psql.toString(), "-X", "-h", "127.0.0.1", "-p", Integer.toString(port), "-U", "postgres", "postgres");
        b.environment().put("PGPASSWORD", password);
        b.environment().put("PGCLIENTENCODING", "UTF8");
        b.redirectErrorStream(true);
        Process p = b.start();
        try (InputStream in = PsqlIT.class.getResourceAsStream("/psql/" + script + ".sql");
                var out = p.getOutputStream()) {
            in.transferTo(out);
        }
        String printed = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(p.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return normal(printed);
    }

    /** Without what differs between any two servers, and without the triggers that capture changes. */
    private static String normal(String printed) {
        List<String> foreign = List.of("LOCATION: ", "Triggers firing always:", "understudy.capture()");
        return printed.lines()
                .filter(line -> foreign.stream().noneMatch(line::contains))
                .map(line -> line.replaceAll("PID [0-9]+", "PID"))
                // a title with it is centred by its length
                .map(line -> line.contains("pg_temp_") ? line.strip().replaceAll("pg_temp_[0-9]+", "pg_temp") : line)
                .collect(Collectors.joining("\n"));
    }
}
