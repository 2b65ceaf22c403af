package io.understudy.log;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement as its client sent it.
 *
 * @param rows rows it affected, by its command tag; -1 where the tag has no count
 */
public record LoggedStatement(String sql, List<Parameter> parameters, long rows) {
    public LoggedStatement {
        parameters = List.copyOf(parameters);
    }

    /**
     * @param type PostgreSQL type oid, 0 where the client left it open
     * @param binary whether {@code value} is in binary format
     * @param value null for SQL NULL; not to be changed
     */
    public record Parameter(int type, boolean binary, byte @Nullable [] value) {
        @Override
        public boolean equals(@Nullable Object o) {
            return o instanceof Parameter p && type == p.type && binary == p.binary && Arrays.equals(value, p.value);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * type + Boolean.hashCode(binary)) + Arrays.hashCode(value);
        }
    }
}
