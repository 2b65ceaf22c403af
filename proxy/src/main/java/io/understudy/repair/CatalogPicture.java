package io.understudy.repair;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a database's catalog says, object by object and by what each is, not by its number: relations with their columns, constraints, indexes, triggers, rules, policies,
 * functions, types, sequences, schemas, roles, grants, event triggers. Expressions are left out: the server's text of them differs between versions.
 */
final class CatalogPicture {
    private static final List<String> QUESTIONS = questions();

    private CatalogPicture() {}

    /**
     * As the catalog is now.
     *
     * @param q in a transaction that {@link RowSum#pin} has prepared
     * @return by object, such as {@code table public.t}, a checksum of what it is
     */
    static Map<String, String> of(Queries q) throws IOException, ServerError {
        Map<String, String> picture = new TreeMap<>();
        for (String question : QUESTIONS) {
            for (@Nullable String[] row : q.query(question)) {
                // names may be there twice, as overlong ones of unnamed things are
                picture.merge(String.valueOf(row[0]), String.valueOf(row[1]), (a, b) -> a + "," + b);
            }
        }
        return picture;
    }

    private static List<String> questions() {
        try (InputStream file = Objects.requireNonNull(
                CatalogPicture.class.getResourceAsStream("catalog-picture.sql"), "catalog-picture.sql")) {
            return List.of(new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .strip()
                    .split("\n\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
