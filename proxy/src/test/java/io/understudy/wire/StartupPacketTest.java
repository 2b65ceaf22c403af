package io.understudy.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StartupPacketTest {

    private static byte[] body(int version, String... strings) throws IOException {
        ByteArrayOutputStream b = new ByteArrayOutputStream();
        MessageOutput out = new MessageOutput(b);
        out.int32(version);
        for (String s : strings) {
            out.string(s);
        }
        out.flush();
        return b.toByteArray();
    }

    @Test
    void sessionsCancelsAndEncryption() throws Exception {
        StartupPacket p = StartupPacket.parse(
                body(3 << 16 | 9999, "user", "ü", "_pq_.x", "1", "DateStyle", "ISO", "options", "", ""));
        assertThat(p).isInstanceOfSatisfying(StartupPacket.Session.class, s -> {
            assertThat(s.version()).hasToString("3.9999");
            assertThat(s.parameters()).containsEntry("user", "ü").containsEntry("options", "");
            assertThat(s.parameters().keySet()).containsExactly("user", "DateStyle", "options");
            assertThat(s.protocolOptions()).containsExactly("_pq_.x");
        });
        assertThat(StartupPacket.parse(body(80877103))).isEqualTo(StartupPacket.Encryption.SSL);
        assertThat(StartupPacket.parse(body(80877104))).isEqualTo(StartupPacket.Encryption.GSS);
        for (StartupPacket.Encryption asked : StartupPacket.Encryption.values()) {
            assertThat(StartupPacket.parse(body(asked.code()))).isEqualTo(asked);
        }
        assertThat(StartupPacket.parse(body(80877105))).isInstanceOf(StartupPacket.Unsupported.class);
        assertThat(StartupPacket.parse(new byte[] {4, (byte) 0xd2, 0x16, 0x2e, 0, 0, 0, 9, 1, 2, 3, 4}))
                .isInstanceOfSatisfying(StartupPacket.Cancel.class, c -> {
                    assertThat(c.pid()).isEqualTo(9);
                    assertThat(c.key()).containsExactly(1, 2, 3, 4);
                });
        assertThat(StartupPacket.parse(body(2 << 16)))
                .isEqualTo(new StartupPacket.Unsupported(new ProtocolVersion(2, 0)));
    }

    @Test
    void malformedOnesAreRefusedAtEveryLength() throws Exception {
        byte[] whole = body(3 << 16, "user", "a", "database", "b", "");
        StartupPacket.parse(whole);
        for (int n = 0; n < whole.length; n++) {
            byte[] cut = Arrays.copyOf(whole, n);
            assertThatThrownBy(() -> StartupPacket.parse(cut))
                    .as("cut at %s", n)
                    .isInstanceOf(ProtocolException.class);
        }
        byte[] more = Arrays.copyOf(whole, whole.length + 1);
        assertThatThrownBy(() -> StartupPacket.parse(more)).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> StartupPacket.parse(body(80877102))).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> StartupPacket.parse(Arrays.copyOf(body(80877102), 300)))
                .isInstanceOf(ProtocolException.class);
    }
}
