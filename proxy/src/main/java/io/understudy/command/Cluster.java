package io.understudy.command;

import io.understudy.config.ConfigException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Options that say which cluster is meant. */
final class Cluster {
    @ArgGroup(multiplicity = "1")
    private Place place = new Place();

    @Option(
            names = "--password",
            description = "With --url: the cluster's password, or a token; otherwise from UNDERSTUDY_PASSWORD.")
    private @Nullable String password;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "With --url https://...: who signed the nodes' certificates (PEM).")
    private @Nullable Path ca;

    /** One of the two. */
    static final class Place {
        @Option(names = "--dir", paramLabel = "DIR", description = "Directory of a local cluster.")
        private @Nullable Path directory;

        @Option(
                names = "--url",
                paramLabel = "URL",
                description = "A node's admin address, such as http://host:7432; may be given several times.")
        private @Nullable List<URI> urls;
    }

    AdminClient client() throws ConfigException {
        if (place.directory != null) {
            return AdminClient.ofCluster(place.directory);
        }
        String given = Optional.ofNullable(password)
                .or(() -> Optional.ofNullable(System.getenv("UNDERSTUDY_PASSWORD")))
                .orElseThrow(() -> new ConfigException("the password is missing: --password or UNDERSTUDY_PASSWORD"));
        List<URI> urls = place.urls == null ? List.of() : place.urls;
        return ca == null ? new AdminClient(urls, given) : new AdminClient(urls, given, ca);
    }
}
