package io.understudy.admin;

import io.javalin.Javalin;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the administration API over HTTP.
 *
 * <h2>Access</h2>
 * Everything but {@code /health} wants the cluster's password: HTTP Basic as user {@code postgres}, or as a bearer token.
 *
 * <h2>Threads</h2>
 * One virtual thread per request. Requests are limited to 64 KiB.
 */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final long REQUEST_BYTES_MAX = 64 * 1024;

    private final Javalin javalin;

    private AdminServer(Javalin javalin) {
        this.javalin = javalin;
    }

    /**
     * Starts serving.
     *
     * @param port 1..65535, or 0 for any free one
     * @throws IOException if it cannot listen there
     */
    public static AdminServer start(String host, int port, String password, AdminParts parts) throws IOException {
        return start(host, port, password, parts, Clock.systemUTC());
    }

    static AdminServer start(String host, int port, String password, AdminParts parts, Clock clock) throws IOException {
        Javalin javalin = Javalin.create(config -> {
            config.concurrency.useVirtualThreads = true;
            config.startup.showJavalinBanner = false;
            config.startup.startupWatcherEnabled = false;
            config.http.maxRequestSize = REQUEST_BYTES_MAX;
            config.jetty.host = host;
            config.jetty.port = port;
            config.routes.before(new PasswordCheck(password));
            config.routes.get("/health/live", new LiveEndpoint(parts.health()));
            config.routes.get("/health/ready", new ReadyEndpoint(parts.health()));
            config.routes.get("/metrics", new MetricsEndpoint(parts.metrics()));
            config.routes.get("/api/v1/status", new StatusEndpoint(parts.cluster(), clock));
            config.routes.get("/api/v1/events", new EventsEndpoint(parts.events()));
            config.routes.get("/api/v1/log", new LogEndpoint(parts.log()));
            config.routes.post("/api/v1/verify", new VerifyEndpoint(parts.verification()));
            config.routes.get("/api/v1/verify/{id}", new VerificationEndpoint(parts.verification()));
            config.routes.get("/api/v1/verify/{id}/sums", new SumsEndpoint(parts.sums()));
            config.routes.post("/api/v1/switchover", new SwitchoverEndpoint(parts.switchover()));
            config.routes.exception(
                    OrderRefusedException.class,
                    (e, context) -> context.status(409).json(error(e)));
            config.routes.exception(
                    HttpResponseException.class,
                    (e, context) -> context.status(e.getStatus()).json(error(e)));
            config.routes.exception(Exception.class, (e, context) -> {
                LOG.warn("{} {} failed", context.method(), context.path(), e);
                context.status(500).json(error(e));
            });
        });
        try {
            javalin.start();
        } catch (RuntimeException e) {
            javalin.stop();
            throw new IOException("the administration API cannot listen on " + host + ":" + port, e);
        }
        return new AdminServer(javalin);
    }

    /** Where it listens. */
    public int port() {
        return javalin.port();
    }

    /** Stops serving; requests that run are cut off. */
    @Override
    public void close() {
        javalin.stop();
    }

    private static Map<String, String> error(Exception e) {
        String message = e.getMessage();
        return Map.of("error", message == null ? e.getClass().getSimpleName() : message);
    }
}
