package io.understudy.backend;

/** Where a PostgreSQL server, or another node's proxy, listens. */
public record ServerAddress(String host, int port) {
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
