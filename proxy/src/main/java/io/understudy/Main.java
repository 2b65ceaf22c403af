package io.understudy;

import io.understudy.command.Understudy;
import io.understudy.config.NodeConfig;
import io.understudy.node.ProxyNode;

/** The command line's entry. */
public final class Main {
    private Main() {}

    public static void main(String... arguments) {
        System.exit(Understudy.run(Main::node, arguments));
    }

    private static void node(NodeConfig config) throws Exception {
        try (ProxyNode node = ProxyNode.start(config)) {
            Runtime.getRuntime().addShutdownHook(new Thread(node::close, "shutdown"));
            node.await();
        }
    }
}
