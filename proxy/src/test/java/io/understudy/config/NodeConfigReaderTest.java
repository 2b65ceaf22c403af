package io.understudy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.understudy.config.NodeConfig.Peer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeConfigReaderTest {
    private static final String MINIMAL = """
            node: a
            nodes:
              - {name: a, host: h1, cluster-port: 7800}
              - {name: b, host: h2, cluster-port: 7801}
            data-directory: data
            postgres: {password: secret}
            """;

    private final NodeConfigReader reader = new NodeConfigReader(Map.of("PW", "p$1\\w", "HOST", "db.example"));

    private static final String NODES_ENCRYPTED = """
            cluster:
              tls: {certificate: tls/node.crt, key: /run/node.key, ca: ca.crt}
            """;

    private static final String ENCRYPTED = """
            tls:
              mode: require
              certificate: tls/node.crt
              key: /run/node.key
              client-ca: ca.crt
              client-certificate: verify-full
            """;

    @Test
    void defaultsAreTheDocumentedOnes() throws ConfigException {
        NodeConfig config = parse(MINIMAL);
        assertThat(config.node()).isEqualTo("a");
        assertThat(config.nodes()).containsExactly(new Peer("a", "h1", 7800), new Peer("b", "h2", 7801));
        assertThat(config.dataDirectory()).isEqualTo(Path.of("/etc/understudy/data"));
        assertThat(config.database()).isEqualTo("postgres");
        assertThat(config.clientHost() + ":" + config.clientPort()).isEqualTo("0.0.0.0:6432");
        assertThat(config.adminHost() + ":" + config.adminPort()).isEqualTo("127.0.0.1:7432");
        assertThat(config.advertise()).isEqualTo(new NodeConfig.Advertise("h1", 6432, 7432));
        assertThat(config.postgres()).isEqualTo(new NodeConfig.Postgres("127.0.0.1", 5432, "postgres", "secret"));
        assertThat(config.failureDetection()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.readWait()).isEqualTo(Duration.ofMillis(100));
        assertThat(config.commitWait()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.poolSize()).isEqualTo(100);
    }

    @Test
    void clientsAreToldAnAddressThatMeansTheSameToThem() throws ConfigException {
        assertThat(parse(MINIMAL + "client: {host: 10.1.1.1, port: 6000}\n").advertise())
                .isEqualTo(new NodeConfig.Advertise("10.1.1.1", 6000, 7432));
        assertThat(parse(MINIMAL + "client: {host: '::'}\n").advertise().host()).isEqualTo("h1");
        assertThat(parse(MINIMAL + "advertise: {host: db1.example, client-port: 1, admin-port: 2}\n")
                        .advertise())
                .isEqualTo(new NodeConfig.Advertise("db1.example", 1, 2));
    }

    @Test
    void otherNodesFindAServerOnTheNodesMachineByTheMachinesName() throws ConfigException {
        assertThat(parse(MINIMAL).postgresHostForNodes()).isEqualTo("h1");
        assertThat(parse(MINIMAL.replace("{password: secret}", "{password: secret, host: pg1}"))
                        .postgresHostForNodes())
                .isEqualTo("pg1");
    }

    @Test
    void environmentVariablesAreReplaced() throws ConfigException {
        NodeConfig config = parse(MINIMAL.replace("{password: secret}", "{password: 'x${PW}y', host: '${HOST}'}"));
        assertThat(config.postgres().password()).isEqualTo("xp$1\\wy");
        assertThat(config.postgres().host()).isEqualTo("db.example");
    }

    @Test
    void aMissingEnvironmentVariableIsNamed() {
        assertRefused(MINIMAL.replace("secret", "'${NOT_SET}'"), "postgres.password", "NOT_SET");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pool_size: 3          | pool_size is not a setting; did you mean pool-size?",
                "colour: blue          | colour is not a setting; known here: node, nodes",
                "client: {prot: 1}     | client.prot is not a setting; did you mean port?",
                "client: {port: 65536} | client.port is 65536, but must be a number from 1 to 65535",
                "admin: {port: x}      | admin.port is x",
                "admin: {tls: {certificate: c, key: k}} | admin.tls.ca is missing",
                "cluster: {tls: {certificate: c, ca: k}} | cluster.tls.key is missing",
                "cluster: {tls: {mode: on}} | cluster.tls.mode is not a setting",
                "admin: {tls: {cert: c}} | admin.tls.cert is not a setting",
                "admin: {users: [{name: a b, password: 12345678}]} | admin.users[0].name is a b, but must be",
                "admin: {users: [{name: postgres, password: 12345678}]} | admin.users[0].name postgres is there twice, or",
                "admin: {users: [{name: a, password: short}]} | admin.users[0].password must have at least 8",
                "admin: {users: [{name: a, password: 12345678, role: god}]} | admin.users[0].role is god, but must be viewer or operator",
                "admin: {users: [{name: a, password: 12345678, rolle: x}]} | admin.users[0].rolle is not a setting; did you mean role?",
                "admin: 7              | admin must have settings below it",
                "read-wait: 3          | read-wait is 3, but must be a time from 0s to 60s, such as 100ms",
                "failure-detection: 1ms| failure-detection is 1ms",
                "pool-size: [1]        | pool-size must be a single value",
                "node: c               | duplicate key",
                "client: {networks: [10.0.0.0/8, here]} | client.networks: here must be networks such as 10.0.0.0/8",
                "client: {networks: 10.1.0.0/8} | did you mean 10.0.0.0/8?",
                "limits: {connections: 0} | limits.connections is 0, but must be a number from 1",
                "limits: {connections: 5, reserved: 5} | limits.reserved is 5, but must be a number from 0 to 4",
                "limits: {login-time: 0s} | limits.login-time is 0s",
                "limits: {peruser: 1}  | limits.peruser is not a setting; did you mean per-user?",
                "tls: {mode: on}       | tls.mode is on, but must be off or allow or require",
                "log-format: jsonn     | log-format is jsonn, but must be text or json; did you mean json?",
                "tls: {mode: allow}    | tls.certificate is missing",
                "tls: {mode: require, certificate: c} | tls.key is missing",
                "tls: {cert: c}        | tls.cert is not a setting",
                "tls: {mode: require, certificate: c, key: k, client-certificate: verify-full} | tls.client-ca is missing",
                "tls: {mode: allow, certificate: c, key: k, client-ca: a, client-certificate: verify-ca} | tls.mode must be require",
            })
    void whatCannotBeIsRefusedWithItsKey(String line, String message) {
        assertRefused(MINIMAL + line + "\n", message);
    }

    @Test
    void aNodeMustBeAmongTheNodes() {
        assertRefused(MINIMAL.replace("node: a", "node: c"), "node is c, but must be one of a, b");
    }

    @Test
    void encryptionBetweenNodesIsReadAndWritten() throws ConfigException {
        assertThat(parse(MINIMAL).clusterTls()).isEmpty();
        NodeConfig config = parse(MINIMAL + NODES_ENCRYPTED);
        assertThat(config.clusterTls())
                .contains(new PeerTls(
                        Path.of("/etc/understudy/tls/node.crt"),
                        Path.of("/run/node.key"),
                        Path.of("/etc/understudy/ca.crt")));
        assertThat(parse(NodeConfigWriter.toYaml(config))).isEqualTo(config);
    }

    @Test
    void usersOfTheConsoleAreReadAndWritten() throws ConfigException {
        NodeConfig config = parse(
                MINIMAL
                        + "admin: {users: [{name: wall, password: looks-only}, {name: ada, role: operator, password: gives-orders}]}\n");
        assertThat(config.adminAccess())
                .isEqualTo(new AdminAccess(
                        List.of(
                                new AdminAccess.User("wall", AdminAccess.Role.VIEWER, "looks-only"),
                                new AdminAccess.User("ada", AdminAccess.Role.OPERATOR, "gives-orders")),
                        Optional.empty()));
        assertThat(config.adminAccess().toString()).doesNotContain("gives-orders");
        assertThat(parse(NodeConfigWriter.toYaml(config))).isEqualTo(config);
    }

    @Test
    void namesAreUnique() {
        assertRefused(MINIMAL.replace("name: b", "name: a"), "nodes[1].name a is there twice");
    }

    @Test
    void whatHasNoDefaultIsRequired() {
        assertRefused(MINIMAL.replace("data-directory: data", ""), "data-directory is missing");
        assertRefused(MINIMAL.replace(", cluster-port: 7801", ""), "nodes[1].cluster-port is missing");
        assertRefused(MINIMAL.replace("postgres: {password: secret}", ""), "postgres.password is missing");
        assertRefused("node: a\ndata-directory: x\n", "nodes must be a list");
        assertRefused("- 1", "not a YAML mapping");
    }

    @Test
    void filesAreBesideTheFileThatNamesThem() throws ConfigException {
        assertThat(parse(MINIMAL).access().tls()).isEqualTo(ClientTls.OFF);
        ClientTls tls = parse(MINIMAL + ENCRYPTED).access().tls();
        assertThat(tls.mode()).isEqualTo(ClientTls.Mode.REQUIRE);
        assertThat(tls.certificate()).contains(Path.of("/etc/understudy/tls/node.crt"));
        assertThat(tls.key()).contains(Path.of("/run/node.key"));
        assertThat(tls.clientCa()).contains(Path.of("/etc/understudy/ca.crt"));
        assertThat(tls.clientCertificate()).isEqualTo(ClientTls.ClientCertificate.VERIFY_FULL);
    }

    @Test
    void limitsOfClients() throws ConfigException {
        assertThat(parse(MINIMAL).access().limits()).isEqualTo(ClientLimits.DEFAULT);
        assertThat(parse(MINIMAL + "limits: {connections: 2}\n")
                        .access()
                        .limits()
                        .reserved())
                .as("there is always a place for others")
                .isEqualTo(1);
        assertThat(parse(MINIMAL + "client: {networks: 127.0.0.1}\n")
                        .access()
                        .limits()
                        .networks())
                .containsExactly(Network.parse("127.0.0.1/32"));
    }

    private static final String DUTIES = "reads: false\nmastership: false\nzone: east\nweight: 3\ndelay: 1h\n";

    @Test
    void whatANodeIsThereFor() throws Exception {
        assertThat(parse(MINIMAL).duties()).isEqualTo(NodeConfig.Duties.ALL);
        assertThat(parse(MINIMAL + DUTIES).duties())
                .isEqualTo(new NodeConfig.Duties(false, false, "east", 3, Duration.ofHours(1), false));
        assertRefused(MINIMAL + "reads: never\n", "reads is never", "true or false");
        assertRefused(MINIMAL + "weight: 0\n", "weight is 0", "from 1 to 1000");
        assertRefused(MINIMAL + "delay: 8d\n", "delay is 8d");
    }

    @Test
    void linesForPeopleOrForPrograms() throws Exception {
        assertThat(parse(MINIMAL).logFormat()).isEqualTo(LogFormat.TEXT);
        assertThat(parse(MINIMAL + "log-format: json\n").logFormat()).isEqualTo(LogFormat.JSON);
        Map<String, String> environment = Map.of("UNDERSTUDY_LOG_FORMAT", "json");
        NodeConfig config = new NodeConfigReader(environment)
                .parse(MINIMAL + "log-format: text\n", Path.of("/etc/understudy/node.yaml"));
        assertThat(config.logFormat()).isEqualTo(LogFormat.JSON);
    }

    @Test
    void noPasswordIsShownToPeople() throws Exception {
        NodeConfig config =
                parse(MINIMAL + "admin: {users: [{name: wall, role: viewer, password: \"viewer's word\"}]}\n");
        assertThat(NodeConfigWriter.toYaml(config)).contains(config.postgres().password(), "s word");
        assertThat(NodeConfigWriter.toYamlForPeople(config))
                .contains("wall", "viewer")
                .doesNotContain(config.postgres().password(), "s word");
    }

    @Test
    void whatIsWrittenIsReadAgain(@TempDir Path directory) throws Exception {
        NodeConfig config = parse(MINIMAL
                + "admin: {tls: {certificate: c, key: k, ca: a}}\nadvertise: {client-port: 9}\nread-wait: 1500ms\ncommit-wait: 2m\npool-size: 7\nlog-format: json\n"
                + DUTIES + ENCRYPTED);
        Path file = Files.writeString(directory.resolve("node.yaml"), NodeConfigWriter.toYaml(config));
        assertThat(reader.read(file)).isEqualTo(config);
    }

    @Test
    void theFileIsNamedInErrors(@TempDir Path directory) {
        Path file = directory.resolve("missing.yaml");
        assertThatThrownBy(() -> reader.read(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("missing.yaml");
    }

    private NodeConfig parse(String yaml) throws ConfigException {
        return reader.parse(yaml, Path.of("/etc/understudy/node.yaml"));
    }

    private void assertRefused(String yaml, String... parts) {
        assertThatThrownBy(() -> parse(yaml))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll(parts);
    }
}
