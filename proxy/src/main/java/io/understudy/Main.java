package io.understudy;

import io.understudy.command.Understudy;
import io.understudy.config.NodeConfig;
import io.understudy.node.ProxyNode;
import java.security.Security;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The command line's entry. */
public final class Main {
    private Main() {}

    public static void main(String... arguments) {
        System.exit(Understudy.run(Main::node, new LogOfNode(), arguments));
    }

    private static void node(NodeConfig config) throws Exception {
        // A container that comes back may have another address: names are not to be believed as long as Java usually
        // does.
        Security.setProperty("networkaddress.cache.ttl", "3");
        Security.setProperty("networkaddress.cache.negative.ttl", "1");
        // Agreeing on keys is dear for a server; in TLS 1.2 a client could go on with that for ever.
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
        AtomicReference<@Nullable ProxyNode> running = new AtomicReference<>();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> leave(running.get()), "shutdown"));
        boolean again = true;
        while (again) {
            try (ProxyNode node = ProxyNode.start(config)) {
                running.set(node);
                again = node.await();
            }
        }
    }

    private static void leave(@Nullable ProxyNode node) {
        if (node != null) {
            node.leave();
        }
    }
}
