package io.understudy.seeded;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.PrintWriter;
import java.util.stream.Stream;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs some tests in a process of its own, whose class path somebody has changed. Its exit code is the number of those that failed, 100 if none was run. */
final class ChildRun {
    private static final int NONE = 100;

    private ChildRun() {}

    /** Arguments: methods as {@code class#method}. */
    public static void main(String[] methods) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(Stream.of(methods)
                                        .map(m -> selectMethod(m))
                                        .toList())
                                .build(),
                        listener);
        listener.getSummary().printFailuresTo(new PrintWriter(System.out, true), 3);
        long ran = listener.getSummary().getTestsStartedCount();
        System.exit(ran == 0 ? NONE : (int) listener.getSummary().getTotalFailureCount());
    }
}
