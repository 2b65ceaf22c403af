package io.understudy.bench.contender;

import io.understudy.bench.load.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** One PostgreSQL server, nothing between. */
public final class Direct implements Contender {
    private final Plain server;

    private Direct(Plain server) {
        this.server = server;
    }

    public static Direct start(Path directory) throws IOException {
        return new Direct(Plain.start(directory, Map.of()));
    }

    @Override
    public String name() {
        return "direct";
    }

    @Override
    public Target target() {
        return server.target();
    }

    @Override
    public List<Target> servers() {
        return List.of(server.target());
    }

    @Override
    public String pool() {
        return "none";
    }

    @Override
    public String remark() {
        return "";
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
