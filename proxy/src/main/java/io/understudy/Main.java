package io.understudy;

import io.understudy.command.Understudy;
import io.understudy.config.NodeConfig;
import io.understudy.node.ProxyNode;
import java.security.Security;

/** The command line's entry. */
public final class Main {
    private Main() {}

    public static void main(String... arguments) {
        System.exit(Understudy.run(Main::node, arguments));
    }

    private static void node(NodeConfig config) throws Exception {
        // A container that comes back may have another address: names are not to be believed as long as Java usually
        // does.
        Security.setProperty("networkaddress.cache.ttl", "3");
        Security.setProperty("networkaddress.cache.negative.ttl", "1");
        try (ProxyNode node = ProxyNode.start(config)) {
            Runtime.getRuntime().addShutdownHook(new Thread(node::close, "shutdown"));
            node.await();
        }
    }
}
