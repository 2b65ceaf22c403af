package io.understudy.demo.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Has the proxies of integration tests run from the jars, and start from a cache, as {@code bin/understudy} has them: some hundred of them are started, and each spends half of its life's processor time on
 * starting otherwise. The cache is made once after each build; that takes less than a minute.
 */
public final class RehearsedProxies implements LauncherSessionListener {
    private static final Path LIBRARIES = Path.of("..", "proxy", "target", "lib");
    private static final Path CACHE = Path.of("target", "integration-tests.aot");
    private static final AtomicBoolean DONE = new AtomicBoolean();

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        if (!Boolean.getBoolean("understudy.rehearsed") || !DONE.compareAndSet(false, true)) {
            return;
        }
        try {
            Path jar = jar();
            System.setProperty("understudy.classpath", jar + ":" + LIBRARIES.toRealPath() + "/*");
            Path cache = CACHE.toAbsolutePath();
            if (!Files.exists(cache)
                    || Files.getLastModifiedTime(cache).compareTo(Files.getLastModifiedTime(jar)) < 0) {
                Rehearsal.run(cache);
            }
            System.setProperty("understudy.aot", cache.toString());
        } catch (IOException e) {
            System.err.println("Proxies will take longer to start, there is no cache: " + e);
        }
    }

    private static Path jar() throws IOException {
        try (Stream<Path> built = Files.list(LIBRARIES.getParent())) {
            return built.filter(p -> p.getFileName().toString().matches("understudy-proxy-[0-9.]+(-SNAPSHOT)?\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("the proxy's jar is missing in " + LIBRARIES.getParent()))
                    .toRealPath();
        }
    }
}
