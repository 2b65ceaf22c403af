package io.understudy.admin;

import io.javalin.Javalin;
import io.javalin.config.RoutesConfig;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the administration API and the console over HTTP.
 *
 * <h2>Access</h2>
 * Everything but {@code /health} and the console's files wants the cluster's password, by HTTP Basic as user {@code postgres} or as a bearer token, or a session's
 * cookie: see {@link SignInCheck}.
 *
 * <h2>Threads</h2>
 * One virtual thread per request. Requests are limited to 64 KiB.
 */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final long REQUEST_BYTES_MAX = 64 * 1024;

    private final Javalin javalin;
    private final LiveStatus live;
    private final StreamEndpoint stream;

    private AdminServer(Javalin javalin, LiveStatus live, StreamEndpoint stream) {
        this.javalin = javalin;
        this.live = live;
        this.stream = stream;
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
        LiveStatus live = new LiveStatus(parts.cluster(), clock);
        SignIns signIns = new SignIns(password, parts.key(), clock);
        StreamEndpoint stream = new StreamEndpoint(live, parts.elections(), signIns, clock);
        Javalin javalin = Javalin.create(config -> {
            config.concurrency.useVirtualThreads = true;
            config.startup.showJavalinBanner = false;
            config.startup.startupWatcherEnabled = false;
            config.http.maxRequestSize = REQUEST_BYTES_MAX;
            config.jetty.host = host;
            config.jetty.port = port;
            config.routes.before(new SecurityHeaders(parts.peers()));
            config.routes.before(new SignInCheck(signIns));
            signingIn(config.routes, signIns, parts);
            health(config.routes, parts, clock);
            looking(config.routes, parts, live, stream, clock);
            ordering(config.routes, signIns, parts);
            failing(config.routes);
            config.routes.get("/*", new ConsoleFiles());
        });
        try {
            javalin.start();
        } catch (RuntimeException e) {
            javalin.stop();
            throw new IOException("the administration API cannot listen on " + host + ":" + port, e);
        }
        live.start();
        return new AdminServer(javalin, live, stream);
    }

    private static void signingIn(RoutesConfig routes, SignIns signIns, AdminParts parts) {
        SessionEndpoint session = new SessionEndpoint(signIns, parts.peers());
        routes.post(SessionEndpoint.PATH, session::signIn);
        routes.get(SessionEndpoint.PATH, session::show);
        routes.delete(SessionEndpoint.PATH, session::signOut);
        routes.delete(SessionEndpoint.PATH + "/{id}", session::signedOutElsewhere);
    }

    private static void health(RoutesConfig routes, AdminParts parts, Clock clock) {
        Map.of(
                        "/health/live", new LiveEndpoint(parts.health()),
                        "/health/ready", new ReadyEndpoint(parts.health()),
                        "/health/master", new MasterEndpoint(parts.cluster(), clock, parts.health()),
                        "/health/replica", new ReplicaEndpoint(parts.cluster(), clock, parts.health()))
                .forEach((path, endpoint) -> {
                    routes.get(path, endpoint);
                    // Without this one Javalin answers HEAD with 200, whatever GET would say, and some load balancers
                    // ask by HEAD.
                    routes.head(path, endpoint);
                });
    }

    private static void looking(
            RoutesConfig routes, AdminParts parts, LiveStatus live, StreamEndpoint stream, Clock clock) {
        routes.get("/api/openapi.yaml", new OpenApiEndpoint());
        routes.get("/metrics", new MetricsEndpoint(parts.metrics()));
        routes.get("/api/v1/status", new StatusEndpoint(parts.cluster(), clock));
        routes.get("/api/v1/stream", stream);
        routes.get("/api/v1/history", new HistoryEndpoint(live.history()));
        routes.get("/api/v1/elections", new ElectionsEndpoint(parts.elections()));
        routes.get("/api/v1/events", new EventsEndpoint(parts.events()));
        routes.get("/api/v1/log", new LogEndpoint(parts.log()));
        routes.get("/api/v1/explain", new ExplainEndpoint(parts.explainer()));
        routes.post("/api/v1/explain", new ExplainEndpoint(parts.explainer()));
        routes.get("/api/v1/verify/{id}", new VerificationEndpoint(parts.verification()));
        routes.get("/api/v1/verify/{id}/sums", new SumsEndpoint(parts.sums()));
    }

    private static void ordering(RoutesConfig routes, SignIns signIns, AdminParts parts) {
        routes.post("/api/v1/verify", new VerifyEndpoint(parts.verification()));
        routes.post("/api/v1/switchover", new SwitchoverEndpoint(parts.switchover(), signIns));
        routes.post("/api/v1/transactions/{token}/settle", new SettleEndpoint(parts.settling()));
        routes.post("/api/v1/resync", new ResyncEndpoint(parts.resyncs(), signIns));
        routes.post("/api/v1/quarantine", new QuarantineEndpoint(parts.resyncs(), signIns));
    }

    private static void failing(RoutesConfig routes) {
        routes.exception(
                OrderRefusedException.class, (e, context) -> context.status(409).json(error(e)));
        routes.exception(
                TooManyAttemptsException.class,
                (e, context) -> context.status(429)
                        .header("Retry-After", Long.toString(e.seconds()))
                        .json(error(e)));
        routes.exception(
                HttpResponseException.class,
                (e, context) -> context.status(e.getStatus()).json(error(e)));
        routes.exception(Exception.class, (e, context) -> {
            LOG.warn("{} {} failed", context.method(), context.path(), e);
            context.status(500).json(error(e));
        });
    }

    /** Every method and path that is served. */
    List<String> routes() {
        return javalin.unsafe.internalRouter.allHttpHandlers().stream()
                .filter(parsed -> !parsed.endpoint.method.name().startsWith("BEFORE"))
                .map(parsed -> parsed.endpoint.method.name() + " " + parsed.endpoint.path)
                .toList();
    }

    /** Where it listens. */
    public int port() {
        return javalin.port();
    }

    /** Stops serving; listeners are told, requests that run are cut off. */
    @Override
    public void close() {
        live.close();
        stream.close();
        javalin.stop();
    }

    private static Map<String, String> error(Exception e) {
        String message = e.getMessage();
        return Map.of("error", message == null ? e.getClass().getSimpleName() : message);
    }
}
