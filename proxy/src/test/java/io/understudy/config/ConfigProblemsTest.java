package io.understudy.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.config.ConfigException.Problem;
import io.understudy.config.NodeConfig.Peer;
import io.understudy.config.NodeConfigReader.Checked;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that is wrong is told at once, each with its place; the environment stands above the file. */
class ConfigProblemsTest {
    private static final String MINIMAL = """
            node: a
            nodes:
              - {name: a, host: h1, cluster-port: 7800}
              - {name: b, host: h2, cluster-port: 7801}
            data-directory: data
            postgres: {password: secret}
            """;

    @Test
    void allProblemsAreToldWithTheirLines() {
        Checked checked = check("""
                node: c
                nodes:
                  - {name: a, host: h1, cluster-port: 7800}
                  - name: b
                    host: h2
                    clusterport: 1
                data-directory: data
                postgres:
                  pasword: x
                reed-wait: 1s
                pool-size: many
                client:
                  port: 0
                tls: {mode: requird}
                pool-size: 7
                """, Map.of());
        assertThat(checked.config()).isEmpty();
        assertThat(checked.problems().stream().map(Problem::toString))
                .containsExactlyInAnyOrder(
                        "/etc/n.yaml:1: node is c, but must be one of a, b",
                        "/etc/n.yaml:4: nodes[1].cluster-port is missing",
                        "/etc/n.yaml:6: nodes[1].clusterport is not a setting; did you mean cluster-port?",
                        "/etc/n.yaml:9: postgres.password is missing",
                        "/etc/n.yaml:9: postgres.pasword is not a setting; did you mean password?",
                        "/etc/n.yaml:10: reed-wait is not a setting; did you mean read-wait?",
                        "/etc/n.yaml:11: pool-size is many, but must be a number from 5 to 10000",
                        "/etc/n.yaml:13: client.port is 0, but must be a number from 1 to 65535",
                        "/etc/n.yaml:14: tls.mode is requird, but must be off or allow or require; did you mean require?",
                        "/etc/n.yaml:15: pool-size is a duplicate key: it is in line 11 already");
        assertThat(checked.problems()).extracting(Problem::line).isSorted();
    }

    @Test
    void oneCauseIsToldOnce() {
        assertThat(check(MINIMAL + "read-wait: ${NOT_SET}\n", Map.of()).problems().stream()
                        .map(Problem::toString))
                .containsExactly(
                        "/etc/n.yaml:7: read-wait refers to the environment variable NOT_SET, which is not set");
        assertThat(check(MINIMAL.replace("secret", "'${NOT_SET}'"), Map.of()).problems())
                .hasSize(1);
    }

    @Test
    void theEnvironmentStandsAboveTheFile() {
        NodeConfig config = check(
                        MINIMAL + "client: {port: 1}\n",
                        Map.of(
                                "UNDERSTUDY_CLIENT_PORT", "6433",
                                "UNDERSTUDY_FAILURE_DETECTION", "2s",
                                "UNDERSTUDY_POSTGRES_PASSWORD", "other",
                                "UNDERSTUDY_NODE", "y",
                                "UNDERSTUDY_NODES", "x=10.0.0.1:7800,y=[fd00::2]:7801",
                                "UNDERSTUDY_CLIENT_NETWORKS", "10.0.0.0/8,fd00::/8",
                                "UNDERSTUDY_DATABASE", ""))
                .config()
                .orElseThrow();
        assertThat(config.clientPort()).isEqualTo(6433);
        assertThat(config.failureDetection()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.postgres().password()).isEqualTo("other");
        assertThat(config.nodes()).containsExactly(new Peer("x", "10.0.0.1", 7800), new Peer("y", "fd00::2", 7801));
        assertThat(config.access().limits().networks())
                .containsExactly(Network.parse("10.0.0.0/8"), Network.parse("fd00::/8"));
        assertThat(config.database()).as("empty says nothing").isEqualTo("postgres");
    }

    @Test
    void aFileMayBeNearlyEmptyIfTheEnvironmentSaysTheRest() {
        Checked checked = check(
                "data-directory: x\n",
                Map.of(
                        "UNDERSTUDY_NODE", "x",
                        "UNDERSTUDY_NODES", "x=h:7800",
                        "UNDERSTUDY_POSTGRES_PASSWORD", "p"));
        assertThat(checked.problems()).isEmpty();
    }

    @Test
    void whatIsWrongInTheEnvironmentIsToldWithTheVariable() {
        assertThat(check(
                                MINIMAL,
                                Map.of(
                                        "UNDERSTUDY_CLIENT_PORT",
                                        "x",
                                        "UNDERSTUDY_NODES",
                                        "a=h1",
                                        "UNDERSTUDY_CLIENT_NETWORKS",
                                        "here"))
                        .problems()
                        .stream()
                        .map(Problem::toString))
                .anyMatch(p -> p.startsWith("environment variable UNDERSTUDY_CLIENT_PORT: client.port is x"))
                .anyMatch(p -> p.startsWith("environment variable UNDERSTUDY_NODES: nodes has a=h1"))
                .anyMatch(p -> p.startsWith("environment variable UNDERSTUDY_CLIENT_NETWORKS: client.networks: here"))
                .hasSize(3);
    }

    @Test
    void variablesThatLookLikeSettingsAreDoubtfulAndOthersAreNot() {
        Checked checked = check(
                MINIMAL,
                Map.of(
                        "UNDERSTUDY_CLIENT_PROT", "1",
                        "UNDERSTUDY_SERVICE_HOST_OF_KUBERNETES", "10.0.0.1",
                        "UNDERSTUDY_JAVA_OPTIONS", "-Xmx1g"));
        assertThat(checked.config()).isPresent();
        assertThat(checked.doubts())
                .singleElement()
                .asString()
                .contains("UNDERSTUDY_CLIENT_PROT", "did you mean UNDERSTUDY_CLIENT_PORT?");
    }

    @Test
    void filesOfOtherNodesAreNotOverridden() {
        assertThat(NodeConfigReader.isOverride("UNDERSTUDY_CLIENT_PORT")).isTrue();
        assertThat(NodeConfigReader.isOverride("UNDERSTUDY_NODES")).isTrue();
        assertThat(NodeConfigReader.isOverride("UNDERSTUDY_PASSWORD")).isFalse();
        assertThat(NodeConfigReader.isOverride("PATH")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "- 1", "a: [", "&a {b: *a}", "? [x]\n: 1\n", "node: &x\n  - *x\n", "a: b: c", "\t", "\u0000"
            })
    void rubbishIsRefusedAndNothingElseHappens(String yaml) {
        assertThat(check(yaml, Map.of()).problems()).isNotEmpty();
        assertThat(check(yaml, Map.of()).config()).isEmpty();
    }

    private static Checked check(String yaml, Map<String, String> environment) {
        return new NodeConfigReader(environment).check(yaml, Path.of("/etc/n.yaml"));
    }
}
