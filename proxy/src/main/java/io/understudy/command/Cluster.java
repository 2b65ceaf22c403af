package io.understudy.command;

import io.understudy.config.ConfigException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Options that say which cluster is meant. */
final class Cluster {
    @ArgGroup(multiplicity = "0..1")
    private @Nullable Place place;

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
                split = ",",
                description =
                        "Admin addresses of nodes, such as http://db1:7432,http://db2:7432; may be given several times. One after another is asked until one answers. Otherwise from UNDERSTUDY_URL.")
        private @Nullable List<URI> urls;
    }

    AdminClient client() throws ConfigException {
        Path directory = place == null ? null : place.directory;
        if (directory != null) {
            return AdminClient.ofCluster(directory);
        }
        List<URI> urls = urls();
        String given = Optional.ofNullable(password)
                .or(() -> Optional.ofNullable(System.getenv("UNDERSTUDY_PASSWORD")))
                .orElseThrow(() -> new ConfigException("the password is missing: --password or UNDERSTUDY_PASSWORD"));
        return ca == null ? new AdminClient(urls, given) : new AdminClient(urls, given, ca);
    }

    private List<URI> urls() throws ConfigException {
        List<URI> urls = place == null ? null : place.urls;
        if (urls == null) {
            String variable =
                    Optional.ofNullable(System.getenv("UNDERSTUDY_URL")).orElse("");
            try {
                urls = Stream.of(variable.split(","))
                        .map(String::strip)
                        .filter(u -> !u.isEmpty())
                        .map(URI::create)
                        .toList();
            } catch (IllegalArgumentException e) {
                throw new ConfigException("UNDERSTUDY_URL has no addresses in it: " + e.getMessage());
            }
        }
        if (urls.isEmpty()) {
            throw new ConfigException("which cluster is not said: --dir, --url or UNDERSTUDY_URL");
        }
        for (URI u : urls) {
            if (!"http".equals(u.getScheme()) && !"https".equals(u.getScheme()) || u.getHost() == null) {
                throw new ConfigException(u + " is no admin address; it must be like http://db1:7432");
            }
        }
        return urls;
    }
}
