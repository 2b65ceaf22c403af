package io.understudy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** docker/kubernetes/understudy.yaml fits together: what one object calls by its name is there in another one. */
class KubernetesTest {
    private static final Path FILE = Path.of("").toAbsolutePath().resolveSibling("docker/kubernetes/understudy.yaml");

    private final List<Map<?, ?>> objects = new ArrayList<>();

    @BeforeEach
    void load() throws IOException {
        for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(Files.readString(FILE))) {
            objects.add((Map<?, ?>) document);
        }
    }

    @Test
    void everyPodHasItsConfiguration() throws ConfigException {
        String text = at(object("ConfigMap", "understudy"), "data", "node.yaml");
        int replicas = at(pods(), "replicas");
        List<String> names =
                IntStream.range(0, replicas).mapToObj(i -> "understudy-" + i).toList();
        String domain = at(pods(), "serviceName");
        for (String name : names) {
            NodeConfig config = new NodeConfigReader(Map.of("UNDERSTUDY_NODE", name, "UNDERSTUDY_PASSWORD", "secret"))
                    .parse(text, Path.of("/etc/understudy/node.yaml"));
            assertThat(config.node()).isEqualTo(name);
            assertThat(config.nodes())
                    .containsExactlyElementsOf(names.stream()
                            .map(n -> new NodeConfig.Peer(n, n + "." + domain, 7800))
                            .toList());
            assertThat(config.postgres().host()).isEqualTo(name + "." + domain);
            assertThat(config.advertise()).isEqualTo(new NodeConfig.Advertise(name + "." + domain, 6432, 7432));
            assertThat(config.poolSize() * replicas + 20)
                    .as("connections to a server")
                    .isLessThanOrEqualTo(200);
            assertThat(postgres().toString()).contains("max_connections=200");
            assertThat(mounts(node())).contains(config.dataDirectory().toString(), "/etc/understudy");
        }
    }

    @Test
    void servicesFindThePodsAndTheirPorts() {
        Map<?, ?> labels = at(pods(), "template", "metadata", "labels");
        assertThat(at(pods(), "selector", "matchLabels").equals(labels)).isTrue();
        List<Object> offered = new ArrayList<>(values(at(node(), "ports"), "containerPort"));
        offered.addAll(values(at(postgres(), "ports"), "containerPort"));
        List<Map<?, ?>> services =
                objects.stream().filter(o -> "Service".equals(o.get("kind"))).toList();
        assertThat(services).hasSize(3);
        for (Map<?, ?> service : services) {
            assertThat(at(service, "spec", "selector").equals(labels)).isTrue();
            assertThat(offered).containsAll(values(at(service, "spec", "ports"), "port"));
        }
        Map<?, ?> names = object("Service", at(pods(), "serviceName"));
        assertThat(at(names, "spec", "clusterIP").equals("None")).isTrue();
        assertThat(at(names, "spec", "publishNotReadyAddresses").equals(true))
                .as("a leader is elected before a pod is ready")
                .isTrue();
    }

    @Test
    void theServerOutlivesTheNode() {
        assertThat(postgres().get("restartPolicy")).isEqualTo("Always");
        assertThat(postgres().containsKey("livenessProbe")).isFalse();
        int grace = at(pods(), "template", "spec", "terminationGracePeriodSeconds");
        assertThat(grace).isGreaterThanOrEqualTo(60);
        assertThat(at(object("PodDisruptionBudget", "understudy"), "spec", "maxUnavailable")
                        .equals(1))
                .isTrue();
    }

    @Test
    void everyVolumeIsThere() {
        List<Object> there = new ArrayList<>(values(at(pods(), "template", "spec", "volumes"), "name"));
        List<Map<?, ?>> claims = at(pods(), "volumeClaimTemplates");
        claims.forEach(c -> there.add(at(c, "metadata", "name")));
        for (Map<?, ?> container : List.of(node(), postgres())) {
            assertThat(there).containsAll(values(at(container, "volumeMounts"), "name"));
        }
    }

    private Map<?, ?> object(String kind, String name) {
        return objects.stream()
                .filter(o -> kind.equals(o.get("kind")) && name.equals(at(o, "metadata", "name")))
                .findAny()
                .orElseThrow();
    }

    private Map<?, ?> pods() {
        return at(object("StatefulSet", "understudy"), "spec");
    }

    private Map<?, ?> node() {
        return KubernetesTest.<List<Map<?, ?>>>at(pods(), "template", "spec", "containers")
                .getFirst();
    }

    private Map<?, ?> postgres() {
        return KubernetesTest.<List<Map<?, ?>>>at(pods(), "template", "spec", "initContainers")
                .getFirst();
    }

    private static List<String> mounts(Map<?, ?> container) {
        return values(at(container, "volumeMounts"), "mountPath").stream()
                .map(String::valueOf)
                .toList();
    }

    private static List<Object> values(List<Map<?, ?>> list, String field) {
        return list.stream().<Object>map(m -> m.get(field)).toList();
    }

    @SuppressWarnings("unchecked")
    private static <T> T at(Map<?, ?> map, String... path) {
        Object found = map;
        for (String step : path) {
            found = Objects.requireNonNull(((Map<?, ?>) found).get(step), step);
        }
        return (T) found;
    }
}
