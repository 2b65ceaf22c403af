package io.understudy.authentication;

import io.understudy.authentication.LoginOutcome.Authenticated;
import io.understudy.authentication.StartupOutcome.CancelRequest;
import io.understudy.authentication.StartupOutcome.SessionRequest;
import io.understudy.backend.Backend;
import io.understudy.backend.BackendUnavailable;
import io.understudy.backend.Login;
import io.understudy.backend.PoolLimits;
import io.understudy.backend.ServerAddress;
import io.understudy.backend.Servers;
import io.understudy.tls.ServerContext;
import io.understudy.wire.MessageInput;
import io.understudy.wire.MessageOutput;
import io.understudy.wire.MessageType;
import io.understudy.wire.ServerMessages;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The smallest proxy: logs clients in, logs in at the server as the same role by their keys, and relays every message. */
final class TestProxy implements AutoCloseable {
    final List<StartupOutcome> startups = new CopyOnWriteArrayList<>();
    final List<LoginOutcome> logins = new CopyOnWriteArrayList<>();

    private final ServerSocket listener;
    private final Servers servers = new Servers(PoolLimits.of(4));
    private final ServerAddress server;
    private final ScramLogin scram;
    private final Duration loginTimeout;
    private final Optional<ServerContext> tls;

    TestProxy(ServerAddress server, Verifiers verifiers, Duration loginTimeout) throws IOException {
        this(server, verifiers, loginTimeout, Optional.empty());
    }

    TestProxy(ServerAddress server, Verifiers verifiers, Duration loginTimeout, Optional<ServerContext> tls)
            throws IOException {
        this.server = server;
        this.tls = tls;
        this.scram = new ScramLogin(verifiers, new byte[] {1, 2, 3}, new SecureRandom());
        this.loginTimeout = loginTimeout;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket s = listener.accept();
                Thread.startVirtualThread(() -> serve(s));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket s) {
        try (s) {
            s.setTcpNoDelay(true);
            ClientConnection client = new ClientConnection(s, loginTimeout);
            StartupOutcome startup = Startup.negotiate(client, tls, Optional.empty());
            MessageInput in = client.in();
            MessageOutput out = client.out();
            startups.add(startup);
            if (startup instanceof SessionRequest request) {
                LoginOutcome outcome = scram.authenticate(request.user(), client.endPoint(), in, out);
                logins.add(outcome);
                if (outcome instanceof Authenticated who) {
                    client.loggedIn();
                    session(request, who, in, out);
                }
            } else if (startup instanceof CancelRequest) {
                return;
            }
        } catch (IOException e) {
            // the client is told nothing more
        }
    }

    private void session(SessionRequest request, Authenticated who, MessageInput in, MessageOutput out)
            throws IOException {
        Backend b;
        try {
            b = servers.connect(server, new Login(request.user(), request.database(), who.keys()), request.settings());
        } catch (BackendUnavailable e) {
            e.fields().write(out);
            out.flush();
            return;
        }
        for (var p : b.parameters().entrySet()) {
            ServerMessages.parameterStatus(out, p.getKey(), p.getValue());
        }
        ServerMessages.backendKeyData(out, b.pid(), new byte[] {9, 9, 9, 9});
        ServerMessages.readyForQuery(out, ServerMessages.IDLE);
        out.flush();
        Thread answers = Thread.startVirtualThread(() -> {
            try {
                while (b.in().next() >= 0) {
                    b.in().copyTo(out);
                    if (!b.in().buffered()) {
                        out.flush();
                    }
                }
            } catch (IOException e) {
                // over
            }
        });
        try {
            for (int type = in.next(); type >= 0 && type != MessageType.TERMINATE; type = in.next()) {
                in.copyTo(b.out());
                b.out().flush();
            }
        } finally {
            b.discard();
            try {
                answers.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        servers.close();
    }
}
