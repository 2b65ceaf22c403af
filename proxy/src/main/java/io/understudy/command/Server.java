package io.understudy.command;

import io.understudy.adoption.Dsn;
import io.understudy.config.ConfigException;
import io.understudy.config.NodeConfig;
import io.understudy.config.NodeConfigReader;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Options that say which node's PostgreSQL server is meant. */
final class Server {
    @ArgGroup(multiplicity = "1")
    private Place place = new Place();

    /** One of the two. */
    static final class Place {
        @Option(names = "--config", paramLabel = "FILE", description = "The node's node.yaml.")
        private @Nullable Path config;

        @Option(
                names = "--dsn",
                paramLabel = "DSN",
                description =
                        "Such as postgresql://user:password@host:5432/database; the password may come from PGPASSWORD.")
        private @Nullable String dsn;
    }

    /** The node's settings, if they were named. */
    Optional<NodeConfig> node() throws ConfigException {
        return place.config == null ? Optional.empty() : Optional.of(new NodeConfigReader().read(place.config));
    }

    Dsn dsn() throws ConfigException {
        Optional<NodeConfig> node = node();
        if (node.isEmpty()) {
            return Given.dsn(place.dsn == null ? "" : place.dsn);
        }
        return dsn(node.get());
    }

    static Dsn dsn(NodeConfig node) {
        NodeConfig.Postgres p = node.postgres();
        String at = p.host() + ":" + p.port() + "/" + node.database();
        return new Dsn(at, "jdbc:postgresql://" + at, p.user(), p.password());
    }
}
