package io.understudy.node;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.understudy.backend.TestPostgres;
import io.understudy.catalog.UnsuitableServerException;
import io.understudy.config.NodeConfigReader;
import io.understudy.embedded.FreePorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class UnsuitableServerIT {

    /** So that whoever started it does not take it for an orderly end. */
    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void aNodeWhoseServerCannotServeEndsWithTheReason(@TempDir Path directory) throws Exception {
        List<Integer> ports = FreePorts.several(3);
        try (TestPostgres server = TestPostgres.start("fsync=off")) {
            Path file = Files.writeString(directory.resolve("node.yaml"), """
                    node: n1
                    nodes: [{name: n1, host: 127.0.0.1, cluster-port: %d}]
                    data-directory: data
                    client: {port: %d}
                    admin: {port: %d}
                    postgres: {port: %d, password: %s}
                    """.formatted(
                    ports.get(0), ports.get(1), ports.get(2), server.address().port(), server.password()));
            try (ProxyNode node = ProxyNode.start(new NodeConfigReader().read(file))) {
                assertThatThrownBy(node::await)
                        .isInstanceOf(UnsuitableServerException.class)
                        .hasMessageContaining("fsync");
            }
        }
    }
}
