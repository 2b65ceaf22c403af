package io.understudy.node;

import io.understudy.authentication.Verifiers;
import io.understudy.catalog.CatalogCache;
import io.understudy.catalog.CatalogReader;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Passwords' verifiers, read from this node's PostgreSQL again whenever roles may have changed; the last ones read while it is away. */
final class RoleVerifiers implements Verifiers {
    private final DataSource source;
    private final CatalogReader reader;
    private final CatalogCache catalog;
    private volatile @Nullable Read last;

    private record Read(
            Map<String, String> verifiers, Set<String> superusers, Map<String, String> consistencies, long changes) {}

    RoleVerifiers(DataSource source, CatalogReader reader, CatalogCache catalog) {
        this.source = source;
        this.reader = reader;
        this.catalog = catalog;
    }

    @Override
    public Optional<String> verifier(String role) throws IOException {
        Read r = last;
        long changes = catalog.changes();
        if (r == null || r.changes != changes) {
            try (Connection c = source.getConnection()) {
                r = new Read(reader.verifiers(c), reader.superusers(c), reader.consistencies(c), changes);
                last = r;
            } catch (SQLException e) {
                if (r == null) {
                    throw new IOException(e);
                }
            }
        }
        return Optional.ofNullable(r.verifiers.get(role));
    }

    /** Its understudy.consistency, or the database's, as of the last time somebody logged in. */
    Optional<String> consistency(String role) {
        Read r = last;
        return r == null
                ? Optional.empty()
                : Optional.ofNullable(r.consistencies.getOrDefault(role, r.consistencies.get("")));
    }

    /** As of the last time somebody logged in. */
    boolean isSuperuser(String role) {
        Read r = last;
        return r != null && r.superusers.contains(role);
    }
}
