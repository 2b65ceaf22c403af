package io.understudy.demo.story;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.command.AdminClient;
import io.understudy.config.ConfigException;
import io.understudy.demo.cluster.LocalCluster;
import java.io.IOException;

/**
 * How many transactions the statement log holds in each form, counted from the log itself.
 *
 * @param statement replayed by running their statements again
 * @param row replayed by applying the rows they changed; schema changes among them
 */
record Forms(long statement, long row) {
    private static final int PAGE = 250;

    static Forms ofLog(LocalCluster cluster) throws IOException {
        long statement = 0;
        long row = 0;
        try (AdminClient client = AdminClient.ofCluster(cluster.directory());
                AdminClient master = client.ofMaster()) {
            long next = 1;
            long last;
            do {
                JsonNode page = master.get("/api/v1/log?from=" + next + "&limit=" + PAGE);
                last = page.path("lastIndex").asLong();
                for (JsonNode entry : page.path("entries")) {
                    switch (entry.path("form").asText()) {
                        case "statement" -> statement++;
                        case "row" -> row++;
                        default -> {} // not a transaction
                    }
                    next = entry.path("index").asLong() + 1;
                }
                if (page.path("entries").isEmpty()) {
                    break;
                }
            } while (next <= last);
        } catch (ConfigException e) {
            throw new IOException(e);
        }
        return new Forms(statement, row);
    }
}
