package io.understudy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.understudy.config.ClientTls;
import io.understudy.testing.TestCertificates;
import io.understudy.testing.TestCertificates.Issued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that change under a running node. */
class ServerTlsTest {
    @TempDir
    private static Path directory;

    private static Issued first;
    private static Issued second;
    private static Path authority;

    private final List<String> events = new ArrayList<>();

    @BeforeAll
    static void issue() throws IOException {
        TestCertificates certificates = TestCertificates.in(directory);
        first = certificates.issue("first", "CN=first", "EC");
        second = certificates.issue("second", "CN=second", "EC");
        authority = certificates.authority();
    }

    private static ClientTls settings(Path dir) {
        return new ClientTls(
                ClientTls.Mode.ALLOW,
                Optional.of(dir.resolve("node.crt")),
                Optional.of(dir.resolve("node.key")),
                Optional.of(dir.resolve("ca.crt")),
                ClientTls.ClientCertificate.OPTIONAL);
    }

    private static void put(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void newFilesAreUsedWhenAllOfThemAreThereAndBrokenOnesAreNot(@TempDir Path dir) throws Exception {
        put(first.certificate(), dir.resolve("node.crt"));
        put(first.key(), dir.resolve("node.key"));
        put(authority, dir.resolve("ca.crt"));
        try (ServerTls tls = ServerTls.open(settings(dir), events::add)) {
            tls.look();
            tls.look();
            assertThat(shown(tls)).isEqualTo("CN=first");

            put(second.certificate(), dir.resolve("node.crt"));
            tls.look();
            put(second.key(), dir.resolve("node.key"));
            tls.look();
            assertThat(events)
                    .as("in the middle of a replacement nothing is tried")
                    .isEmpty();
            tls.look();
            assertThat(shown(tls)).isEqualTo("CN=second");
            assertThat(events)
                    .singleElement()
                    .asString()
                    .startsWith("new files are used")
                    .contains("CN=second");

            put(first.key(), dir.resolve("node.key"));
            tls.look();
            tls.look();
            tls.look();
            assertThat(shown(tls)).isEqualTo("CN=second");
            assertThat(events).hasSize(2);
            assertThat(events.get(1)).contains("cannot be used", "tls.key: it is not the key of the certificate");

            Files.delete(dir.resolve("node.crt"));
            tls.look();
            tls.look();
            assertThat(shown(tls)).isEqualTo("CN=second");
            assertThat(events.get(2)).contains("tls.certificate: ", "node.crt cannot be read");

            put(second.certificate(), dir.resolve("node.crt"));
            put(second.key(), dir.resolve("node.key"));
            Files.writeString(dir.resolve("ca.crt"), "nobody");
            tls.look();
            tls.look();
            assertThat(events.get(3)).contains("tls.client-ca: there is no certificate in it");
            put(authority, dir.resolve("ca.crt"));
            tls.look();
            tls.look();
            assertThat(events.get(4)).startsWith("new files are used");
        }
    }

    private static String shown(ServerTls tls) {
        return tls.context()
                .orElseThrow()
                .certificate()
                .getSubjectX500Principal()
                .getName();
    }

    @Test
    void aNodeDoesNotStartWithFilesThatCannotBeUsed(@TempDir Path dir) throws Exception {
        assertThatThrownBy(() -> ServerTls.open(settings(dir), events::add))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("tls.certificate: ")
                .hasMessageContaining("node.crt cannot be read");
        put(first.certificate(), dir.resolve("node.crt"));
        put(second.key(), dir.resolve("node.key"));
        put(authority, dir.resolve("ca.crt"));
        assertThatThrownBy(() -> ServerTls.open(settings(dir), events::add))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("tls.key: it is not the key of the certificate");
    }

    @Test
    void withoutEncryptionThereIsNone() throws Exception {
        try (ServerTls tls = ServerTls.open(ClientTls.OFF, events::add)) {
            tls.start();
            assertThat(tls.context()).isEmpty();
        }
    }
}
