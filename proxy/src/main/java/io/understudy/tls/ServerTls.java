package io.understudy.tls;

import io.understudy.config.ClientTls;
import io.understudy.config.PeerTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What connections to this node are encrypted with. Its files are read again when they change; while what they say then cannot be used, what they said before is.
 *
 * <h2>Lifecycle</h2>
 * {@link #open} reads the files, {@link #start} begins to watch them, {@link #close} ends that.
 *
 * <h2>Threads</h2>
 * Any.
 */
public final class ServerTls implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final int FILE_BYTES_MAX = 1 << 20;

    private final Optional<Places> files;
    private final Maker maker;
    private final Consumer<String> events;
    private final Thread watch;
    private volatile @Nullable ServerContext context;
    private Contents seen;
    private boolean changing;

    /**
     * Where to read.
     *
     * @param caSetting the setting that names {@code ca}
     */
    private record Places(Path certificate, Path key, Optional<Path> ca, String caSetting) {}

    /** Makes of the files' contents what connections are encrypted with. */
    private interface Maker {
        ServerContext make(byte[] certificate, byte[] key, Optional<byte[]> ca) throws GeneralSecurityException;
    }

    /** What is in the files. */
    private record Contents(byte[] certificate, byte[] key, byte[] ca) {
        static final Contents NONE = new Contents(new byte[0], new byte[0], new byte[0]);

        boolean same(Contents o) {
            return Arrays.equals(certificate, o.certificate) && Arrays.equals(key, o.key) && Arrays.equals(ca, o.ca);
        }
    }

    private ServerTls(
            Optional<Places> files,
            Maker maker,
            Consumer<String> events,
            @Nullable ServerContext context,
            Contents seen) {
        this.files = files;
        this.maker = maker;
        this.events = events;
        this.context = context;
        this.seen = seen;
        this.watch = Thread.ofVirtual().name("tls-files").unstarted(this::watch);
    }

    /**
     * Reads the files, if there is to be encryption at all.
     *
     * @param events is told what happens to the files later
     * @throws IOException if they cannot be read or used
     */
    public static ServerTls open(ClientTls settings, Consumer<String> events) throws IOException {
        return settings.mode() == ClientTls.Mode.OFF
                ? new ServerTls(Optional.empty(), ServerContext::of, events, null, Contents.NONE)
                : open(
                        new Places(
                                settings.certificate().orElseThrow(),
                                settings.key().orElseThrow(),
                                settings.clientCa(),
                                "tls.client-ca"),
                        ServerContext::of,
                        events);
    }

    private static ServerTls open(Places files, Maker maker, Consumer<String> events) throws IOException {
        Contents contents = read(files);
        try {
            return new ServerTls(Optional.of(files), maker, events, context(files, maker, contents), contents);
        } catch (GeneralSecurityException e) {
            throw new IOException("connections cannot be encrypted: " + e.getMessage(), e);
        }
    }

    /** As {@link #open}, for connections between nodes. */
    static ServerTls ofNodes(PeerTls settings, NodeHosts hosts, Consumer<String> events) throws IOException {
        return open(
                new Places(settings.certificate(), settings.key(), Optional.of(settings.ca()), "tls.ca"),
                (certificate, key, ca) -> ServerContext.ofNodes(certificate, key, ca.orElseThrow(), hosts),
                events);
    }

    /** As {@link #open}, for the administration port; empty if that is not encrypted. */
    public static Optional<ServerTls> ofAdministration(Optional<PeerTls> settings, Consumer<String> events)
            throws IOException {
        if (settings.isEmpty()) {
            return Optional.empty();
        }
        PeerTls files = settings.get();
        try {
            return Optional.of(open(
                    new Places(files.certificate(), files.key(), Optional.empty(), ""),
                    ServerContext::of,
                    text -> events.accept("administration port: " + text)));
        } catch (IOException e) {
            throw new IOException("the administration port (admin.tls): " + e.getMessage(), e);
        }
    }

    /** Begins to watch the files. */
    public void start() {
        if (files.isPresent()) {
            watch.start();
        }
    }

    /** For the next connection; empty if clients cannot have it. */
    public Optional<ServerContext> context() {
        return Optional.ofNullable(context);
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(LOOK_EVERY);
                look();
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    /** Files are replaced one after the other: they are read when they have stopped changing. */
    void look() {
        Contents now;
        try {
            now = read(files.orElseThrow());
        } catch (IOException e) {
            now = Contents.NONE;
        }
        boolean same = now.same(seen);
        seen = now;
        if (!same) {
            changing = true;
        } else if (changing) {
            changing = false;
            use(now);
        }
    }

    private void use(Contents contents) {
        try {
            if (contents.same(Contents.NONE)) {
                read(files.orElseThrow());
            }
            ServerContext next = context(files.orElseThrow(), maker, contents);
            context = next;
            events.accept("new files are used from now on: " + next);
        } catch (IOException | GeneralSecurityException e) {
            events.accept("changed files cannot be used, connections are encrypted with what was there before: "
                    + e.getMessage());
        }
    }

    private static ServerContext context(Places files, Maker maker, Contents c) throws GeneralSecurityException {
        return maker.make(c.certificate(), c.key(), files.ca().map(file -> c.ca()));
    }

    private static Contents read(Places files) throws IOException {
        return new Contents(
                read("tls.certificate", files.certificate()),
                read("tls.key", files.key()),
                files.ca().isPresent() ? read(files.caSetting(), files.ca().get()) : Contents.NONE.ca());
    }

    private static byte[] read(String setting, Path file) throws IOException {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new IOException("is larger than 1 MiB");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IOException(setting + ": " + file + " cannot be read: " + e, e);
        }
    }

    @Override
    public void close() {
        watch.interrupt();
    }
}
