package io.understudy.admin;

import io.javalin.Javalin;
import io.javalin.config.RoutesConfig;
import io.javalin.http.ExceptionHandler;
import io.javalin.http.HttpResponseException;
import io.javalin.router.Endpoint;
import io.understudy.tls.ServerTls;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the administration API and the console over HTTP, or HTTPS if there are certificates.
 *
 * <h2>Access</h2>
 * Everything but {@code /health} and the console's files wants a user's password, by HTTP Basic, a token or a session's cookie: see {@link SignInCheck}. What changes something wants an operator,
 * unless its route says otherwise: see {@link AccessCheck}. Orders are told to the {@link Audit}.
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
    private final FeedEndpoint feed;
    private final Optional<ServerTls> tls;

    private AdminServer(
            Javalin javalin, LiveStatus live, StreamEndpoint stream, FeedEndpoint feed, Optional<ServerTls> tls) {
        this.feed = feed;
        this.tls = tls;
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
        AuditTrail audit = new AuditTrail(parts.audit());
        SignIns signIns = new SignIns(password, parts.access(), parts.key(), audit, clock);
        StreamEndpoint stream = new StreamEndpoint(live, parts.elections(), signIns);
        FeedEndpoint feed = new FeedEndpoint(parts.changes(), signIns);
        Javalin javalin = Javalin.create(config -> {
            config.concurrency.useVirtualThreads = true;
            config.startup.showJavalinBanner = false;
            config.startup.startupWatcherEnabled = false;
            config.http.maxRequestSize = REQUEST_BYTES_MAX;
            config.jetty.host = host;
            config.jetty.port = port;
            parts.tls().ifPresent(tls -> Encryption.on(config, tls, host, port));
            config.routes.before(new SecurityHeaders(parts.peers()));
            config.requestLogger.http(audit);
            config.routes.before(new SignInCheck(signIns));
            config.routes.beforeMatched(new AccessCheck());
            signingIn(config.routes, signIns, audit, parts);
            health(config.routes, parts, clock);
            looking(config.routes, parts, live, stream, clock);
            config.routes.get("/api/v1/feed", feed);
            ordering(config.routes, parts);
            failing(config.routes);
            config.routes.get("/*", new ConsoleFiles(), Access.ANYBODY);
        });
        try {
            javalin.start();
        } catch (RuntimeException e) {
            javalin.stop();
            throw new IOException("the administration API cannot listen on " + host + ":" + port, e);
        }
        live.start();
        parts.tls().ifPresent(ServerTls::start);
        return new AdminServer(javalin, live, stream, feed, parts.tls());
    }

    private static void signingIn(RoutesConfig routes, SignIns signIns, AuditTrail audit, AdminParts parts) {
        SessionEndpoint session = new SessionEndpoint(signIns, audit, parts.peers());
        routes.post(SessionEndpoint.PATH, session::signIn, Access.ANYBODY);
        routes.get(SessionEndpoint.PATH, session::show);
        routes.delete(SessionEndpoint.PATH, session::signOut, Access.VIEWER);
        routes.post("/api/v1/tokens", new TokenEndpoint(signIns));
        routes.delete(SessionEndpoint.PATH + "/{id}", session::signedOutElsewhere);
    }

    private static void health(RoutesConfig routes, AdminParts parts, Clock clock) {
        Map.of(
                        "/health/live", new LiveEndpoint(parts.health()),
                        "/health/ready", new ReadyEndpoint(parts.health()),
                        "/health/master", new MasterEndpoint(parts.cluster(), clock, parts.health()),
                        "/health/replica", new ReplicaEndpoint(parts.cluster(), clock, parts.health()))
                .forEach((path, endpoint) -> {
                    routes.get(path, endpoint, Access.ANYBODY);
                    // Without this one Javalin answers HEAD with 200, whatever GET would say, and some load balancers
                    // ask by HEAD.
                    routes.head(path, endpoint, Access.ANYBODY);
                });
    }

    private static void looking(
            RoutesConfig routes, AdminParts parts, LiveStatus live, StreamEndpoint stream, Clock clock) {
        routes.get("/api/openapi.yaml", new OpenApiEndpoint());
        routes.get("/metrics", new MetricsEndpoint(parts.metrics()));
        routes.get("/api/v1/status", new StatusEndpoint(parts.cluster(), clock));
        routes.get("/api/v1/stream", stream);
        routes.get("/api/v1/members", new MembersEndpoint(parts.members())::look);
        routes.get("/api/v1/history", new HistoryEndpoint(live.history()));
        routes.get("/api/v1/elections", new ElectionsEndpoint(parts.elections()));
        routes.get("/api/v1/events", new EventsEndpoint(parts.events()));
        routes.get("/api/v1/sessions", new ClientsEndpoint(parts.clients()));
        routes.get("/api/v1/statements", new StatementsEndpoint(parts.statements()));
        routes.get("/api/v1/log", new LogEndpoint(parts.log()));
        routes.get("/api/v1/explain", new ExplainEndpoint(parts.explainer()));
        routes.post("/api/v1/explain", new ExplainEndpoint(parts.explainer()), Access.VIEWER);
        routes.get("/api/v1/verify/{id}", new VerificationEndpoint(parts.verification()));
        routes.get("/api/v1/verify/{id}/sums", new SumsEndpoint(parts.sums()));
    }

    private static void ordering(RoutesConfig routes, AdminParts parts) {
        routes.post("/api/v1/verify", new VerifyEndpoint(parts.verification()));
        routes.post("/api/v1/switchover", new SwitchoverEndpoint(parts.switchover()));
        routes.post("/api/v1/transactions/{token}/settle", new SettleEndpoint(parts.settling()));
        routes.post("/api/v1/resync", new ResyncEndpoint(parts.resyncs()));
        routes.post("/api/v1/nodes/{node}/drain", new DrainEndpoint(parts.draining(), true));
        routes.post("/api/v1/nodes/{node}/undrain", new DrainEndpoint(parts.draining(), false));
        MembersEndpoint members = new MembersEndpoint(parts.members());
        routes.post("/api/v1/members", members::add);
        routes.post("/api/v1/members/{node}/remove", members::remove);
        routes.post("/api/v1/quarantine", new QuarantineEndpoint(parts.resyncs()));
    }

    private static void failing(RoutesConfig routes) {
        routes.exception(
                OrderRefusedException.class,
                AdminServer.<OrderRefusedException>whileThere(
                        (e, context) -> context.status(409).json(error(e))));
        routes.exception(
                TooManyAttemptsException.class,
                AdminServer.<TooManyAttemptsException>whileThere((e, context) -> context.status(429)
                        .header("Retry-After", Long.toString(e.seconds()))
                        .json(error(e))));
        routes.exception(
                HttpResponseException.class,
                AdminServer.<HttpResponseException>whileThere(
                        (e, context) -> context.status(e.getStatus()).json(error(e))));
        routes.exception(Exception.class, AdminServer.<Exception>whileThere((e, context) -> {
            LOG.warn("{} {} failed", context.method(), context.path(), e);
            context.status(500).json(error(e));
        }));
    }

    /** Of a client that has gone Jetty takes back request and answer: they throw then. What a handler of exceptions throws Javalin gives to the same handler again, without end. */
    static <E extends Exception> ExceptionHandler<E> whileThere(ExceptionHandler<E> handler) {
        return (e, context) -> {
            try {
                handler.handle(e, context);
            } catch (RuntimeException gone) {
                LOG.debug("nobody is there any more to be told of {}", e.toString(), gone);
            }
        };
    }

    /** Where it listens. */
    public int port() {
        return javalin.port();
    }

    /** Stops serving; listeners are told, requests that run are cut off. */
    @Override
    public void close() {
        feed.close();
        tls.ifPresent(ServerTls::close);
        live.close();
        stream.close();
        javalin.stop();
    }

    /** What it serves, but for what runs before and after. */
    List<Endpoint> endpoints() {
        return javalin.unsafe.internalRouter.allHttpHandlers().stream()
                .map(parsed -> parsed.endpoint)
                .filter(endpoint -> endpoint.method.isHttpMethod())
                .toList();
    }

    private static Map<String, String> error(Exception e) {
        String message = e.getMessage();
        return Map.of("error", message == null ? e.getClass().getSimpleName() : message);
    }
}
