package io.understudy.tls;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.SignatureException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.PKIXReason;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Tells who was refused and why. Nodes try again several times a second: so of each address only now and then. Safe for use by many threads. */
final class Refusals {
    private static final String BY_ANOTHER = "its certificate is not by who is in cluster.tls.ca";
    private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();
    /** Nodes are fewer: beyond these nothing is told until the time is over. */
    private static final int LATELY_MAX = 100;

    private final Consumer<String> told;
    private final LongSupplier nanoTime;
    private final Map<String, Long> lately = new HashMap<>();

    /** @param nanoTime as {@link System#nanoTime} */
    Refusals(Consumer<String> told, LongSupplier nanoTime) {
        this.told = told;
        this.nanoTime = nanoTime;
    }

    /** It does not begin as encryption does. */
    static final class PlainException extends IOException {
        private static final long serialVersionUID = 1;

        PlainException() {
            super("not encrypted");
        }
    }

    /** Somebody who came to this node. */
    void refused(@Nullable InetAddress from, IOException why) {
        String address = from == null ? "somebody" : from.getHostAddress();
        tell(address + " was refused: ", why, "it ended the connection");
    }

    /** A node that this one came to, or who is in its place. */
    void failed(@Nullable InetAddress to, int port, IOException why) {
        tell(
                "no connection to " + (to == null ? "nobody" : to.getHostAddress()) + ":" + port + ": ",
                why,
                "it ended the connection, as a node without cluster.tls does");
    }

    /** Each of the known reasons is told by itself, all others, which strangers could make up, as one. */
    private void tell(String about, IOException why, String ended) {
        Throwable root = why;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String said = String.valueOf(root.getMessage());
        String known = switch (root) {
            case PlainException t -> "it does not encrypt: a node without cluster.tls, or no node";
            case SocketTimeoutException t -> "it did not shake hands in time";
            case CertPathBuilderException t -> BY_ANOTHER;
            case SignatureException t -> BY_ANOTHER;
            case CertPathValidatorException e when e.getReason() == PKIXReason.NO_TRUST_ANCHOR -> BY_ANOTHER;
            case EOFException t -> ended;
            case SocketException t -> ended;
            default -> said.contains("Empty client certificate chain") ? "it shows no certificate" : "";
        };
        if (isNews(about + known)) {
            String other = said.contains("Received fatal alert") ? "it refuses this node: " + said : said;
            told.accept(about + (known.isEmpty() ? other : known));
        }
    }

    private synchronized boolean isNews(String about) {
        long now = nanoTime.getAsLong();
        lately.values().removeIf(at -> now - at >= PAUSE_NANOS);
        return lately.size() < LATELY_MAX && lately.putIfAbsent(about, now) == null;
    }
}
