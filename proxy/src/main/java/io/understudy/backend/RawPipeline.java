package io.understudy.backend;

import io.understudy.log.LoggedStatement.Parameter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects statements for one connection. */
final class RawPipeline implements Pipeline {
    private static final int STATEMENTS_MAX = 1 << 20;

    private final Backend backend;
    private List<Call> calls = new ArrayList<>();

    RawPipeline(Backend backend) {
        this.backend = backend;
    }

    @Override
    public Pipeline add(String sql, @Nullable String... parameters) {
        return add(Call.of(sql, parameters, backend.charset()));
    }

    @Override
    public Pipeline add(String sql, List<Parameter> parameters) {
        return add(Call.of(sql, parameters));
    }

    private Pipeline add(Call call) {
        if (calls.size() == STATEMENTS_MAX) {
            throw new IllegalStateException("more than " + STATEMENTS_MAX + " statements in a pipeline");
        }
        calls.add(call);
        return this;
    }

    @Override
    public int size() {
        return calls.size();
    }

    @Override
    public long[] run() throws IOException, ServerError {
        List<Call> all = calls;
        calls = new ArrayList<>();
        return all.isEmpty() ? new long[0] : backend.exchange(all, null);
    }
}
