package io.understudy.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class FreePortsTest {

    @Test
    void portsAreDifferent() throws IOException {
        assertThat(FreePorts.several(50)).doesNotHaveDuplicates().hasSize(50);
    }

    @Test
    void aPortInUseIsNotFree() throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            assertThat(FreePorts.isFree(socket.getLocalPort())).isFalse();
        }
    }

    @Test
    void countHasBounds() {
        assertThatThrownBy(() -> FreePorts.several(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
